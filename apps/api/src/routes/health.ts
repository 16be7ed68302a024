import { checkReadiness } from '@trainyard/application';
import { healthSchema } from '@trainyard/contracts';
import { z } from 'zod';
import type { ApiDeps } from '../server/options.ts';
import type { Api } from '../server/server.ts';

const tags = ['health'];
/** No key is needed. */
const security: [] = [];

/** For those who watch the process. */
export function registerHealthRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/livez',
    {
      config: { access: 'public', rateLimit: false },
      schema: { tags, security, summary: 'The process lives', response: { 200: healthSchema } },
    },
    async () => ({ status: 'ok' as const, reasons: [] }),
  );
  app.get(
    '/readyz',
    {
      config: { access: 'public', rateLimit: false },
      schema: {
        tags,
        security,
        summary: 'It can do its work, or why not',
        response: { 200: healthSchema, 503: healthSchema },
      },
    },
    async (_request, reply) => {
      const reasons = [...(await checkReadiness(deps))];
      if (reasons.length === 0) return { status: 'ok' as const, reasons };
      return reply.code(503).send({ status: 'unavailable' as const, reasons });
    },
  );
  app.get(
    '/metrics',
    {
      schema: {
        tags,
        summary: 'This process and the whole system, for Prometheus',
        response: { 200: { content: { 'text/plain': { schema: z.string() } } } },
      },
    },
    async (_request, reply) => {
      const texts = await Promise.all([deps.systemMetrics(), deps.metrics.text()]);
      return reply.type(deps.metrics.contentType).send(texts.join(''));
    },
  );
}
