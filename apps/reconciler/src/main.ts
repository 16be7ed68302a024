import { closeOnSignals, createClosing, createLog, openDeps } from '@trainyard/runtime';
import { settings } from './env.ts';
import { startReconciler } from './reconciler.ts';

const read = settings();
const log = createLog({ name: 'reconciler', level: read.LOG_LEVEL });
const { opened, close } = createClosing(log);
closeOnSignals(close, log);

const { deps, redis } = opened('deps', await openDeps(read, { log }), (each) => each.close());
opened('reconciler', await startReconciler({ deps, redis }), (each) => each.close());
log.info('reconciler_started', { endpoint: read.MODEL_TRAINING_RUNPOD_ENDPOINT_ID });
