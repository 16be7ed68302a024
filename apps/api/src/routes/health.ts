import { setTimeout as wait } from 'node:timers/promises';
import { checkEpoch } from '@trainyard/application';
import { healthSchema } from '@trainyard/contracts';
import type { ApiDeps } from '../options.ts';
import type { Api } from '../server/server.ts';

const PATIENCE_MS = 1_500;
const tags = ['health'];
/** No key is needed. */
const security: [] = [];

const pinged = async (deps: ApiDeps): Promise<string | undefined> => {
  const gone = new AbortController();
  const late = wait(PATIENCE_MS, 'Redis does not answer', { signal: gone.signal }).catch(() => undefined);
  const answer = deps.store.ping().then(
    () => undefined,
    () => 'Redis does not answer',
  );
  return Promise.race([answer, late]).finally(() => gone.abort());
};

/** A record that the store does not know must be recovered first; a store that is away is told, not feared. */
const recoverable = async (deps: ApiDeps): Promise<string | undefined> => {
  const state = await checkEpoch(deps).catch(() => 'the object store does not answer');
  return state === 'sound' ? undefined : state;
};

/** For those who watch the process. */
export const healthRoutes = (app: Api, deps: ApiDeps): void => {
  app.get(
    '/livez',
    {
      config: { access: 'anyone', rateLimit: false },
      schema: { tags, security, summary: 'The process lives', response: { 200: healthSchema } },
    },
    async () => ({ status: 'ok' as const, reasons: [] }),
  );
  app.get(
    '/readyz',
    {
      config: { access: 'anyone', rateLimit: false },
      schema: {
        tags,
        security,
        summary: 'It can do its work, or why not',
        response: { 200: healthSchema, 503: healthSchema },
      },
    },
    async (_request, reply) => {
      const reason = (await pinged(deps)) ?? (await recoverable(deps));
      if (reason === undefined) return { status: 'ok' as const, reasons: [] };
      return reply.code(503).send({ status: 'unavailable' as const, reasons: [reason] });
    },
  );
};
