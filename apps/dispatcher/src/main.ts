import {
  closeOnSignals,
  createClosing,
  createLog,
  openDeps,
  secretsOf,
  startHealth,
} from '@trainyard/runtime';
import { startDispatcher } from './dispatcher.ts';
import { settings } from './env.ts';

const read = settings();
const log = createLog({ name: 'dispatcher', level: read.LOG_LEVEL, secrets: secretsOf(read) });
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
  'dispatcher',
  () => startDispatcher({ deps, redis, metrics }),
  (each) => each.close(),
);
log.info('dispatcher_started', { endpoint: read.MODEL_TRAINING_RUNPOD_ENDPOINT_ID });
