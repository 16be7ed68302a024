import {
  closeOnSignals,
  createClosing,
  createLog,
  openDeps,
  secretsOf,
  startHealth,
} from '@trainyard/runtime';
import { settings } from './env.ts';
import { startReconciler } from './reconciler.ts';

const read = settings();
const log = createLog({ name: 'reconciler', level: read.LOG_LEVEL, secrets: secretsOf(read) });
const { opening, close } = createClosing(log);
closeOnSignals(close, log);

const { deps, redis, metrics } = await opening(
  'deps',
  () => openDeps(read, { log }),
  (each) => each.close(),
);
await opening(
  'health',
  () => startHealth(read, { deps, metrics }),
  (each) => each?.close(),
);
await opening(
  'reconciler',
  () => startReconciler({ deps, redis }),
  (each) => each.close(),
);
log.info('reconciler_started', { endpoint: read.MODEL_TRAINING_RUNPOD_ENDPOINT_ID });
