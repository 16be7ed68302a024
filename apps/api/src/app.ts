import { createTunnel } from '@trainyard/application';
import { registerAuth } from './access/authenticate.ts';
import { createKeyRing } from './access/keys.ts';
import { registerIdempotency } from './idempotency/replay.ts';
import { registerCandidateRoutes } from './routes/auto-train/candidates.ts';
import { registerRunRoutes } from './routes/auto-train/runs.ts';
import { registerScheduleRoutes } from './routes/auto-train/schedule.ts';
import { registerBudgetRoutes } from './routes/budgets.ts';
import { registerDispatchRoutes } from './routes/dispatch.ts';
import { registerFileRoutes } from './routes/files/files.ts';
import { createLinks } from './routes/files/links.ts';
import { registerHealthRoutes } from './routes/health.ts';
import { registerStartRoute } from './routes/legacy/start.ts';
import { registerStatusRoute } from './routes/legacy/status.ts';
import { registerTunnelRoutes } from './routes/legacy/tunnel.ts';
import { registerLiveRoutes } from './routes/live.ts';
import { registerNotificationRoutes } from './routes/notifications.ts';
import { registerSessionRoutes } from './routes/session.ts';
import { registerSubjectRoutes } from './routes/subjects/subjects.ts';
import { registerControlRoutes } from './routes/trainings/control.ts';
import { registerIntakeRoutes } from './routes/trainings/intake.ts';
import { registerModelRoute } from './routes/trainings/model.ts';
import { registerReadRoutes } from './routes/trainings/reads.ts';
import { registerWebhookRoutes } from './routes/webhooks.ts';
import { registerBullBoard } from './server/bull-board.ts';
import { registerDocs, registerOpenApi } from './server/docs.ts';
import type { ApiDeps, ApiOptions } from './server/options.ts';
import { type Api, createServer } from './server/server.ts';
import { createWebhookTarget } from './tunnel/target.ts';

/** What the API is built from. */
export interface ApiParts {
  readonly deps: ApiDeps;
  readonly options: ApiOptions;
}

const VERSION = '0.1.0';

function registerTunnel(app: Api, parts: ApiParts): void {
  const { deps, options } = parts;
  const { target, close } = createWebhookTarget(options.webhookPort, () => createWebhookApi(parts));
  const tunnel = createTunnel({ provider: deps.tunnels, lease: deps.publicUrlLease, log: deps.log, target });
  registerTunnelRoutes(app, tunnel);
  app.addHook('onClose', async () => {
    await tunnel.close();
    await close();
  });
}

/** The whole API (SPEC §5), not yet listening: a test can `inject` into it. */
export async function createApi({ deps, options }: ApiParts): Promise<Api> {
  const app = await createServer(deps, options);
  const ring = createKeyRing(options.keys);
  const links = createLinks(options.webhookSecrets?.current);
  registerAuth(app, ring);
  registerIdempotency(app, deps);
  await registerOpenApi(app, options.version ?? VERSION);
  registerHealthRoutes(app, deps);
  await registerSessionRoutes(app, ring);
  registerIntakeRoutes(app, deps);
  registerReadRoutes(app, deps);
  registerControlRoutes(app, deps);
  await registerLiveRoutes(app, deps, options);
  registerDispatchRoutes(app, deps);
  registerNotificationRoutes(app, deps);
  registerBudgetRoutes(app, deps);
  registerStartRoute(app, deps, options);
  registerStatusRoute(app, deps);
  registerSubjectRoutes(app, { ...deps, links });
  registerModelRoute(app, { ...deps, links });
  await registerFileRoutes(app, deps, links);
  registerTunnel(app, { deps, options });
  registerCandidateRoutes(app, deps);
  registerRunRoutes(app, deps);
  registerScheduleRoutes(app, deps);
  await registerWebhookRoutes(app, deps, options);
  await registerDocs(app);
  await registerBullBoard(app, deps, ring);
  await app.ready();
  return app;
}

/** The webhooks alone, for the port that a tunnel leads to (SPEC §5.3). */
export async function createWebhookApi({ deps, options }: ApiParts): Promise<Api> {
  const app = await createServer(deps, options);
  await registerWebhookRoutes(app, deps, options);
  await app.ready();
  return app;
}
