import {
  closeOnSignals,
  createCloseStack,
  createLog,
  listSecrets,
  openDeps,
  startHealth,
} from '@trainyard/runtime';
import { startDispatcher } from './dispatcher.ts';
import { settings } from './env.ts';

const read = settings();
const log = createLog({ name: 'dispatcher', level: read.LOG_LEVEL, secrets: listSecrets(read) });
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
  'dispatcher',
  () => startDispatcher({ deps, redis, metrics }),
  (each) => each.close(),
);
log.info('dispatcher_started', { endpoint: read.MODEL_TRAINING_RUNPOD_ENDPOINT_ID });
