import { closeOnSignals, createCloseStack, createLog, listSecrets, openDeps } from '@trainyard/runtime';
import { settings } from './env.ts';
import { startApi } from './listen.ts';
import { toApiDeps, toApiOptions, toListenOptions } from './settings.ts';
import { STUDIO_DIR } from './studio/studio.ts';

const read = settings();
const log = createLog({ name: 'api', level: read.LOG_LEVEL, secrets: listSecrets(read) });
const { start, close } = createCloseStack(log);
closeOnSignals(close, log);

const open = await start(
  'deps',
  () => openDeps(read, { log }),
  (each) => each.close(),
);
const api = {
  deps: toApiDeps(open, read),
  options: { ...toApiOptions(read), studioDir: STUDIO_DIR },
  ...toListenOptions(read),
};
await start(
  'api',
  () => startApi(api),
  (each) => each.close(),
);
