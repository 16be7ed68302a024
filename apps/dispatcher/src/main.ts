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
const { opened, close } = createClosing(log);
closeOnSignals(close, log);

const { deps, redis, metrics } = opened('deps', await openDeps(read, { log }), (each) => each.close());
opened('health', await startHealth(read, { deps, metrics }), (each) => each?.close());
opened('dispatcher', await startDispatcher({ deps, redis, metrics }), (each) => each.close());
log.info('dispatcher_started', { endpoint: read.MODEL_TRAINING_RUNPOD_ENDPOINT_ID });
