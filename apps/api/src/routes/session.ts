import formbody from '@fastify/formbody';
import { sessionRequestSchema, sessionSchema } from '@trainyard/contracts';
import { z } from 'zod';
import { requireSameSite } from '../access/authenticate.ts';
import type { KeyRing } from '../access/keys.ts';
import { LOGIN_CSP, loginFormSchema, nextPathSchema, renderLoginPage } from '../access/login-page.ts';
import type { RateLimits } from '../access/rate-limits.ts';
import { closeSession, openSession } from '../access/session.ts';
import { UnauthorizedError } from '../problems/errors.ts';
import { LOGIN_PATH } from '../problems/reply.ts';
import type { Api } from '../server/server.ts';
import { toIso } from '../views/training.ts';
import { problemResponses } from './shared.ts';

/** A login counts in the limit of refused keys only, so that requests without a key lock out no valid key. */
const config = { access: 'public', rateLimit: false } as const;
const tags = ['session'];
/** The session routes require no key. */
const security: [] = [];

/** Registers the session routes and the login page of `/docs` and Bull Board (docs/operations/keys.md). */
export async function registerSessionRoutes(app: Api, ring: KeyRing, rateLimits: RateLimits): Promise<void> {
  registerApiRoutes(app, ring, rateLimits);
  await registerLoginRoutes(app, ring, rateLimits);
}

function registerApiRoutes(app: Api, ring: KeyRing, rateLimits: RateLimits): void {
  app.post(
    '/api/session',
    {
      config,
      schema: {
        tags,
        security,
        summary: 'Log in',
        body: sessionRequestSchema,
        response: { 200: sessionSchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      requireSameSite(request);
      const key = ring.match(request.body.key);
      if (!key) {
        await rateLimits.countRefusedKey(request, reply);
        throw new UnauthorizedError();
      }
      return { scope: key.scope, expires_at: toIso(openSession(reply, key)) };
    },
  );
  app.delete(
    '/api/session',
    {
      config: { access: 'public' },
      schema: { tags, security, summary: 'Log out', response: { 204: z.null() } },
    },
    async (request, reply) => {
      requireSameSite(request);
      closeSession(reply);
      return reply.code(204).send(null);
    },
  );
}

/** The login page posts a form, and its responses have their own content security policy. */
async function registerLoginRoutes(app: Api, ring: KeyRing, rateLimits: RateLimits): Promise<void> {
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
        if (!key) {
          await rateLimits.countRefusedKey(request, reply);
          return reply
            .code(401)
            .type('text/html')
            .send(renderLoginPage(request.body.next, 'Unknown API key.'));
        }
        openSession(reply, key);
        return reply.redirect(request.body.next, 303);
      },
    );
  });
}
