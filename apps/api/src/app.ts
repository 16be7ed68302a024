import { registerAuth } from './access/authenticate.ts';
import { registerCors } from './access/cors.ts';
import { createKeyRing } from './access/keys.ts';
import { createRateLimits } from './access/rate-limits.ts';
import { registerBullBoard } from './board/bull-board.ts';
import { registerOpenApi } from './openapi/document.ts';
import { createPictureSender } from './pictures/send-picture.ts';
import { registerCandidateRoutes } from './routes/auto-train/candidates.ts';
import { registerRunRoutes } from './routes/auto-train/runs.ts';
import { registerScheduleRoutes } from './routes/auto-train/schedule.ts';
import { registerBudgetRoutes, registerDispatchRoutes } from './routes/dispatch.ts';
import { registerFileRoutes } from './routes/files/files.ts';
import { createLinks } from './routes/files/links.ts';
import { registerModelRoute } from './routes/files/model.ts';
import { registerHealthRoutes } from './routes/health.ts';
import { registerStartRoute, registerStatusRoute } from './routes/legacy.ts';
import { registerLiveRoutes } from './routes/live.ts';
import { registerNotificationRoutes } from './routes/notifications.ts';
import { registerSessionRoutes } from './routes/session.ts';
import { registerSubjectRoutes } from './routes/subjects/subjects.ts';
import { registerControlRoutes } from './routes/trainings/control.ts';
import { registerIntakeRoutes } from './routes/trainings/intake.ts';
import { registerReadRoutes } from './routes/trainings/reads.ts';
import { registerWebhookRoutes } from './routes/webhooks.ts';
import { registerDocs } from './server/docs.ts';
import { registerCompression } from './server/compression.ts';
import { registerIdempotency } from './server/idempotency.ts';
import { resolveLimits } from './server/limits.ts';
import type { ApiDeps, ApiOptions } from './server/options.ts';
import { type Api, createServer } from './server/server.ts';
import { findStudio, registerStudio } from './studio/studio.ts';
import { registerTunnel } from './tunnel/register.ts';

/** Dependencies and options of the API. */
export interface ApiParts {
  readonly deps: ApiDeps;
  readonly options: ApiOptions;
}

const VERSION = '0.1.0';

/** Builds the whole API without listening, so that tests can `inject` requests. */
export async function createApi({ deps, options }: ApiParts): Promise<Api> {
  const app = await createServer(deps, options);
  const ring = createKeyRing(options.keys);
  const files = { ...deps, ...openFiles(app, deps, options) };
  const rateLimits = await createRateLimits(app, deps, resolveLimits(options));
  const rules = { ring, sessions: deps.sessions, corsOrigins: options.corsOrigins ?? [], rateLimits };
  await registerCors(app, rules);
  registerAuth(app, rules);
  registerIdempotency(app, deps);
  await registerCompression(app);
  const { version = VERSION } = options;
  await registerOpenApi(app, version);
  registerHealthRoutes(app, deps);
  await registerSessionRoutes(app, {
    ...rules,
    version,
    timeFactor: options.timeFactor ?? 1,
    clock: deps.clock,
    studio: findStudio(options.studioDir) !== undefined,
  });
  registerIntakeRoutes(app, deps);
  registerReadRoutes(app, files);
  registerControlRoutes(app, deps);
  await registerLiveRoutes(app, deps, options);
  registerDispatchRoutes(app, deps);
  registerNotificationRoutes(app, deps);
  registerBudgetRoutes(app, deps);
  registerStartRoute(app, deps, options);
  registerStatusRoute(app, deps);
  registerSubjectRoutes(app, files);
  registerModelRoute(app, files);
  await registerFileRoutes(app, deps, files.links);
  registerTunnel(app, { deps, options, createWebhookApi: () => createWebhookApi({ deps, options }) });
  registerAutoTrainRoutes(app, deps);
  await registerWebhookRoutes(app, deps, options);
  await registerPages(app, deps, options);
  await app.ready();
  return app;
}

function registerAutoTrainRoutes(app: Api, deps: ApiDeps): void {
  registerCandidateRoutes(app, deps);
  registerRunRoutes(app, deps);
  registerScheduleRoutes(app, deps);
}

/** The studio comes last, because its pages are the paths that no route serves. */
async function registerPages(app: Api, deps: ApiDeps, options: ApiOptions): Promise<void> {
  await registerDocs(app);
  await registerBullBoard(app, deps);
  await registerStudio(app, deps, options);
}

/** The signed links, and the sender of pictures, whose cache is deleted with the app. */
function openFiles(app: Api, { objects }: ApiDeps, options: ApiOptions) {
  const { decodings, decodeWaitMs } = resolveLimits(options);
  const pictures = createPictureSender(objects, { decodings, waitMs: decodeWaitMs });
  app.addHook('onClose', () => pictures.close());
  return { pictures, links: createLinks(options.webhookSecrets?.current) };
}

/** Builds an app that serves only webhooks, for the webhook port and the tunnel. */
export async function createWebhookApi({ deps, options }: ApiParts): Promise<Api> {
  const app = await createServer(deps, options);
  await createRateLimits(app, deps, resolveLimits(options));
  await registerWebhookRoutes(app, deps, options);
  await app.ready();
  return app;
}
