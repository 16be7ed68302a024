import formbody from '@fastify/formbody';
import { sessionRequestSchema, sessionSchema } from '@trainyard/contracts';
import { z } from 'zod';
import { UnauthorizedError } from '../access/errors.ts';
import type { KeyRing } from '../access/keys.ts';
import {
  LOGIN_CSP,
  LOGIN_PATH,
  loginFormSchema,
  nextPathSchema,
  renderLoginPage,
} from '../access/login-page.ts';
import { requireSameSite } from '../access/origin.ts';
import { closeSession, openSession } from '../access/session.ts';
import type { Api } from '../server/server.ts';
import { toIso } from '../views/time.ts';
import { problemResponses } from './problems.ts';

/** Few tries a minute: keys are not to be guessed. */
const config = { access: 'public', rateLimit: { max: 10, timeWindow: 60_000 } } as const;
const tags = ['session'];
/** No key is needed. */
const security: [] = [];

/** Sessions for the studio and Bull Board (SPEC §5.5). */
export async function registerSessionRoutes(app: Api, ring: KeyRing): Promise<void> {
  registerApiRoutes(app, ring);
  await registerLoginRoutes(app, ring);
}

function registerApiRoutes(app: Api, ring: KeyRing): void {
  app.post(
    '/api/session',
    {
      config,
      schema: {
        tags,
        security,
        summary: 'A cookie for a key',
        body: sessionRequestSchema,
        response: { 200: sessionSchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      requireSameSite(request);
      const key = ring.match(request.body.key);
      if (!key) throw new UnauthorizedError();
      return { scope: key.scope, expires_at: toIso(openSession(reply, key)) };
    },
  );
  app.delete(
    '/api/session',
    {
      config: { access: 'public' },
      schema: { tags, security, summary: 'Take the cookie back', response: { 204: z.null() } },
    },
    async (request, reply) => {
      requireSameSite(request);
      closeSession(reply);
      return reply.code(204).send(null);
    },
  );
}

/** The page for people. */
async function registerLoginRoutes(app: Api, ring: KeyRing): Promise<void> {
  await app.register(async (scope) => {
    const pages = scope as unknown as Api;
    await pages.register(formbody);
    pages.addHook('onSend', async (_request, reply) => {
      void reply.header('content-security-policy', LOGIN_CSP).header('cache-control', 'no-store');
    });
    pages.get(
      LOGIN_PATH,
      {
        config: { access: 'public' },
        schema: { hide: true, querystring: z.object({ next: nextPathSchema }) },
      },
      async (request, reply) => reply.type('text/html').send(renderLoginPage(request.query.next)),
    );
    pages.post(
      LOGIN_PATH,
      { config, schema: { hide: true, body: loginFormSchema } },
      async (request, reply) => {
        requireSameSite(request);
        const key = ring.match(request.body.key);
        if (!key)
          return reply
            .code(401)
            .type('text/html')
            .send(renderLoginPage(request.body.next, 'This key is not known.'));
        openSession(reply, key);
        return reply.redirect(request.body.next, 303);
      },
    );
  });
}
