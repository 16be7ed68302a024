import { closeOnSignals, createCloseStack, createLog, openDeps, listSecrets } from '@trainyard/runtime';
import { settings } from './env.ts';
import { startApi } from './server/listen.ts';
import { apiDeps, apiOptions, listenOptions } from './settings.ts';

const read = settings();
const log = createLog({ name: 'api', level: read.LOG_LEVEL, secrets: listSecrets(read) });
const { start, close } = createCloseStack(log);
closeOnSignals(close, log);

const open = await start(
  'deps',
  () => openDeps(read, { log }),
  (each) => each.close(),
);
const api = { deps: apiDeps(open, read), options: apiOptions(read), ...listenOptions(read) };
await start(
  'api',
  () => startApi(api),
  (each) => each.close(),
);
