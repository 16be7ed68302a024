import { closeOnSignals, createClosing, createLog, openDeps } from '@trainyard/runtime';
import { startDispatcher } from './dispatcher.ts';
import { settings } from './env.ts';

const read = settings();
const log = createLog({ name: 'dispatcher', level: read.LOG_LEVEL });
const { opened, close } = createClosing(log);
closeOnSignals(close, log);

const { deps, redis } = opened('deps', await openDeps(read, { log }), (each) => each.close());
opened('dispatcher', await startDispatcher({ deps, redis }), (each) => each.close());
log.info('dispatcher_started', { endpoint: read.MODEL_TRAINING_RUNPOD_ENDPOINT_ID });
