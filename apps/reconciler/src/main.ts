import {
  closeOnSignals,
  createCloseStack,
  createLog,
  listSecrets,
  openDeps,
  startHealth,
} from '@trainyard/runtime';
import { settings } from './env.ts';
import { startReconciler } from './reconciler.ts';

const read = settings();
const log = createLog({ name: 'reconciler', level: read.LOG_LEVEL, secrets: listSecrets(read) });
const { start, close } = createCloseStack(log);
closeOnSignals(close, log);

const { deps, redis, metrics } = await start(
  'deps',
  () => openDeps(read, { log }),
  (each) => each.close(),
);
await start(
  'health',
  () => startHealth(read, { deps, metrics }),
  (each) => each?.close(),
);
await start(
  'reconciler',
  () => startReconciler({ deps, redis }),
  (each) => each.close(),
);
log.info('reconciler_started', { endpoint: read.MODEL_TRAINING_RUNPOD_ENDPOINT_ID });
