import { closeOnSignals, createClosing, createLog, openDeps, secretsOf } from '@trainyard/runtime';
import { settings } from './env.ts';
import { startApi } from './server/listen.ts';
import { apiDeps, apiOptions, listenOptions } from './settings.ts';

const read = settings();
const log = createLog({ name: 'api', level: read.LOG_LEVEL, secrets: secretsOf(read) });
const { opening, close } = createClosing(log);
closeOnSignals(close, log);

const open = await opening(
  'deps',
  () => openDeps(read, { log }),
  (each) => each.close(),
);
const api = { deps: apiDeps(open, read), options: apiOptions(read), ...listenOptions(read) };
await opening(
  'api',
  () => startApi(api),
  (each) => each.close(),
);
