import { closeOnSignals, createCloseStack, createLog, listSecrets, openDeps } from '@trainyard/runtime';
import { loadSettings } from './env.ts';
import { startApi } from './listen.ts';
import { toApiDeps, toApiOptions, toListenOptions } from './settings.ts';

const settings = loadSettings();
const log = createLog({ name: 'api', level: settings.LOG_LEVEL, secrets: listSecrets(settings) });
const { start, close } = createCloseStack(log);
closeOnSignals(close, log);

const open = await start(
  'deps',
  () => openDeps(settings, { log }),
  (each) => each.close(),
);
const api = {
  deps: toApiDeps(open, settings),
  options: toApiOptions(settings),
  ...toListenOptions(settings),
};
await start(
  'api',
  () => startApi(api),
  (each) => each.close(),
);
