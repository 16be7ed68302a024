import { createTunnel } from '@trainyard/application';
import { guard } from './access/authenticate.ts';
import { createKeyRing } from './access/keys.ts';
import { showBullBoard } from './bull-board/board.ts';
import { createLinks } from './files/links.ts';
import { replayAnswers } from './idempotency/replay.ts';
import type { ApiDeps, ApiOptions } from './options.ts';
import { candidateRoutes } from './routes/auto-train/candidates.ts';
import { runRoutes } from './routes/auto-train/runs.ts';
import { scheduleRoutes } from './routes/auto-train/schedule.ts';
import { budgetRoutes } from './routes/budgets.ts';
import { dispatchRoutes } from './routes/dispatch.ts';
import { fileRoutes } from './routes/files.ts';
import { healthRoutes } from './routes/health.ts';
import { liveRoutes } from './routes/live.ts';
import { messageRoutes } from './routes/messages.ts';
import { startRoute } from './routes/seeds/start.ts';
import { statusRoute } from './routes/seeds/status.ts';
import { sessionRoutes } from './routes/session.ts';
import { subjectRoutes } from './routes/subjects/subjects.ts';
import { intakeRoutes } from './routes/trainings/intake.ts';
import { modelRoute } from './routes/trainings/model.ts';
import { readingRoutes } from './routes/trainings/reading.ts';
import { steeringRoutes } from './routes/trainings/steering.ts';
import { tunnelRoutes } from './routes/tunnel.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { documentRoutes, showDocumentation } from './server/documentation.ts';
import { type Api, createServer } from './server/server.ts';
import { createWebhookTarget } from './tunnel/target.ts';

/** What the API is built from. */
export interface ApiParts {
  readonly deps: ApiDeps;
  readonly options: ApiOptions;
}

const VERSION = '0.1.0';

const showTunnel = (app: Api, parts: ApiParts): void => {
  const { deps, options } = parts;
  const { target, close } = createWebhookTarget(options.webhookPort, () => createWebhookApi(parts));
  const tunnel = createTunnel({ provider: deps.tunnels, lease: deps.publicUrlLease, log: deps.log, target });
  tunnelRoutes(app, tunnel);
  app.addHook('onClose', async () => {
    await tunnel.close();
    await close();
  });
};

/** The whole API (SPEC §5), not yet listening: a test can `inject` into it. */
export const createApi = async ({ deps, options }: ApiParts): Promise<Api> => {
  const app = await createServer(deps, options);
  const ring = createKeyRing(options.keys);
  const links = createLinks(options.webhookSecrets?.current);
  guard(app, ring);
  replayAnswers(app, deps);
  await documentRoutes(app, options.version ?? VERSION);
  healthRoutes(app, deps);
  await sessionRoutes(app, ring);
  intakeRoutes(app, deps);
  readingRoutes(app, deps);
  steeringRoutes(app, deps);
  await liveRoutes(app, deps, options);
  dispatchRoutes(app, deps);
  messageRoutes(app, deps);
  budgetRoutes(app, deps);
  startRoute(app, deps, options);
  statusRoute(app, deps);
  subjectRoutes(app, { ...deps, links });
  modelRoute(app, { ...deps, links });
  await fileRoutes(app, deps, links);
  showTunnel(app, { deps, options });
  candidateRoutes(app, deps);
  runRoutes(app, deps);
  scheduleRoutes(app, deps);
  await webhookRoutes(app, deps, options);
  await showDocumentation(app);
  await showBullBoard(app, deps, ring);
  await app.ready();
  return app;
};

/** The webhooks alone, for the port that a tunnel leads to (SPEC §5.3). */
export const createWebhookApi = async ({ deps, options }: ApiParts): Promise<Api> => {
  const app = await createServer(deps, options);
  await webhookRoutes(app, deps, options);
  await app.ready();
  return app;
};
