import formbody from '@fastify/formbody';
import type { Clock } from '@trainyard/application';
import { openedSessionSchema, type Scope, sessionRequestSchema, sessionSchema } from '@trainyard/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type AccessRules, getHeaderKey } from '../access/authenticate.ts';
import type { KnownKey } from '../access/keys.ts';
import { loginFormSchema, renderLoginPage } from '../access/login-page.ts';
import { nextPathSchema } from '../access/next-path.ts';
import { requireSameSite } from '../access/same-site.ts';
import { closeSession, findSession, openSession } from '../access/session.ts';
import { EXAMPLES } from '../openapi/examples.ts';
import { describeOperations } from '../openapi/operation.ts';
import { UnauthorizedError } from '../problems/errors.ts';
import { toFault } from '../problems/fault.ts';
import { LOGIN_PATH, logFault, replyWithProblem } from '../problems/reply.ts';
import { getProblemDefinition } from '../problems/table.ts';
import { CONTENT_SECURITY } from '../server/content-security.ts';
import type { Api } from '../server/server.ts';
import { toIso, toIsoOrNull } from '../views/training.ts';

const operations = describeOperations('session', {
  openSession: {
    summary: 'Log in',
    description:
      'Opens a session of 12 h with the scope of the key and sets its cookie. At most 1 000 sessions are open; the oldest end.',
    errors: ['unauthorized', 'cross_site', 'redis_unavailable', 'rate_limited'],
    request: { body: { key: 'admin-key-of-the-studio' } },
    answers: {
      200: {
        description: 'The session.',
        example: { scope: 'admin', expires_at: EXAMPLES.operations.session.expires_at },
        headers: ['Set-Cookie'],
      },
    },
  },
  closeSession: {
    summary: 'Log out',
    description: 'Ends the session on the server and deletes its cookie.',
    errors: ['cross_site', 'redis_unavailable'],
    answers: { 204: { description: 'The session has ended.', headers: ['Set-Cookie'] } },
  },
  getSession: {
    summary: 'Read the session',
    description:
      'Returns the scope of the key or of the session cookie, and the clock of the server. Without both, `scope` is null while the server requires a key.',
    errors: ['unauthorized', 'redis_unavailable'],
    answers: {
      200: {
        description: 'The access of the caller.',
        example: EXAMPLES.operations.session,
        headers: ['Cache-Control'],
      },
    },
  },
});

/** Access rules of the session routes, and the properties of the server that `GET /api/session` returns. */
export interface SessionRoutesOptions extends AccessRules {
  readonly clock: Clock;
  readonly version: string;
  readonly timeFactor: number;
  /** Whether the studio is built. Its page `/login` then replaces the login page of this server. */
  readonly studio: boolean;
}

/** Login page of the studio. */
const STUDIO_LOGIN_PATH = '/login';

/** A login counts in the limit of refused keys only, so that requests without a key lock out no valid key. */
const config = { access: 'public', rateLimit: false } as const;

/** Rejects logins and logouts of other pages, also of the origins that `CORS_ORIGINS` names. Throws CrossSiteError. */
async function requireOwnOrigin(request: FastifyRequest): Promise<void> {
  requireSameSite(request);
}

/** Registers the session routes and the login page of `/docs` and Bull Board (docs/operations/keys.md). */
export async function registerSessionRoutes(app: Api, options: SessionRoutesOptions): Promise<void> {
  registerReadRoute(app, options);
  registerOpenRoute(app, options);
  registerCloseRoute(app, options);
  await app.register((scope) => registerLoginRoutes(scope as unknown as Api, options));
}

function registerReadRoute(app: Api, options: SessionRoutesOptions): void {
  const { ring, clock, version, timeFactor } = options;
  app.get(
    '/api/session',
    {
      config: { access: 'public' },
      schema: {
        ...operations.getSession,
        response: { 200: sessionSchema },
      },
    },
    async (request, reply) => {
      void reply.header('cache-control', 'no-store');
      const { scope, expiresAt } = await readAccess(request, reply, options);
      return {
        locked: ring.locked,
        scope,
        expires_at: toIsoOrNull(expiresAt === undefined ? undefined : clock.fromReal(expiresAt)),
        version,
        now: toIso(clock.now()),
        time_factor: timeFactor,
      };
    },
  );
}

/** Reads the scope of a request and the expiry of its session (epoch ms, real). Throws UnauthorizedError for an unknown key. */
async function readAccess(
  request: FastifyRequest,
  reply: FastifyReply,
  rules: AccessRules,
): Promise<{ readonly scope: Scope | null; readonly expiresAt?: number }> {
  if (!rules.ring.locked) return { scope: 'admin' };
  const bearer = getHeaderKey(request);
  if (bearer === undefined) {
    const session = await findSession(request, rules);
    return session ? { scope: session.key.scope, expiresAt: session.expiresAt } : { scope: null };
  }
  const key = await matchKey(bearer, [request, reply], rules);
  return { scope: key.scope };
}

/** Finds the configured key and counts an unknown one. Throws UnauthorizedError or RateLimitError. */
async function matchKey(
  text: string,
  call: readonly [FastifyRequest, FastifyReply],
  { ring, rateLimits }: AccessRules,
): Promise<KnownKey> {
  const key = ring.match(text);
  if (key) return key;
  await rateLimits.countRefusedKey(...call);
  throw new UnauthorizedError();
}

function registerOpenRoute(app: Api, options: SessionRoutesOptions): void {
  const { sessions, clock } = options;
  app.post(
    '/api/session',
    {
      config,
      onRequest: requireOwnOrigin,
      schema: {
        ...operations.openSession,
        body: sessionRequestSchema,
        response: { 200: openedSessionSchema },
      },
    },
    async (request, reply) => {
      const key = await matchKey(request.body.key, [request, reply], options);
      const expiresAt = await openSession(reply, sessions, key);
      return { scope: key.scope, expires_at: toIso(clock.fromReal(expiresAt)) };
    },
  );
}

function registerCloseRoute(app: Api, { sessions }: SessionRoutesOptions): void {
  app.delete(
    '/api/session',
    {
      config: { access: 'public' },
      onRequest: requireOwnOrigin,
      schema: {
        ...operations.closeSession,
        response: { 204: z.null() },
      },
    },
    async (_request, reply) => {
      await closeSession(reply, sessions);
      return reply.code(204).send(null);
    },
  );
}

/** The login page posts a form, and its responses have their own content security policy. */
async function registerLoginRoutes(pages: Api, options: SessionRoutesOptions): Promise<void> {
  const { ring, sessions, studio } = options;
  await pages.register(formbody);
  pages.setErrorHandler(replyWithLoginFault);
  pages.addHook('onSend', async (_request, reply) => {
    void reply.header('content-security-policy', CONTENT_SECURITY.login).header('cache-control', 'no-store');
  });
  pages.get(
    LOGIN_PATH,
    {
      config: { access: 'public' },
      schema: { hide: true, querystring: z.object({ next: nextPathSchema }) },
    },
    async ({ query: { next } }, reply) => {
      if (!ring.locked) return reply.redirect(next);
      if (studio) return reply.redirect(`${STUDIO_LOGIN_PATH}?next=${encodeURIComponent(next)}`);
      return reply.type('text/html').send(renderLoginPage(next));
    },
  );
  pages.post(
    LOGIN_PATH,
    { config, onRequest: requireOwnOrigin, schema: { hide: true, body: loginFormSchema } },
    async (request, reply) => {
      const { key: text, next } = request.body;
      const key = await matchKey(text, [request, reply], options);
      await openSession(reply, sessions, key);
      return reply.redirect(next, 303);
    },
  );
}

/** Shows a fault on the login page to a browser; other clients receive the problem. */
function replyWithLoginFault(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  if (!(request.headers.accept ?? '').includes('text/html')) return replyWithProblem(error, request, reply);
  const fault = toFault(error);
  logFault(error, fault, request);
  const { status, title } = getProblemDefinition(fault.code);
  const text = fault.code === 'unauthorized' ? 'Unknown API key' : title;
  const next = nextPathSchema.parse((request.body as { readonly next?: unknown } | null | undefined)?.next);
  return reply
    .code(status)
    .type('text/html')
    .send(renderLoginPage(next, `${text}.`));
}
