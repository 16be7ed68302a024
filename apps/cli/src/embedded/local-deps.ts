import type { Deps } from '@trainyard/application';
import { openAll, openDeps } from '@trainyard/runtime';
import type { Context } from '../terminal/context.ts';
import { createEmbeddedLog, planHome, readEmbeddedSettings, usesEmbeddedRedis } from './home.ts';
import { findRedis, startRedis } from './redis.ts';

/** What is opened where the data are. */
interface LocalDeps {
  readonly deps: Deps;
  close(): Promise<void>;
}

/** Does something where the data are, without a server, and closes all that it opened. Throws SettingsError. */
export async function withLocalDeps<T>(
  context: Context,
  data: string,
  action: (deps: Deps) => Promise<T>,
): Promise<T> {
  const { deps, close } = await openLocalDeps(context, data);
  try {
    return await action(deps);
  } finally {
    await close();
  }
}

/** Opens the Redis and the store that the settings name, or those that `trainyard up` keeps in its folder. */
function openLocalDeps({ source, output }: Context, data: string): Promise<LocalDeps> {
  const home = planHome(data);
  const log = createEmbeddedLog(readEmbeddedSettings(source, home), {
    write: (line) => output.writeError(line.trimEnd()),
  });
  return openAll(log, async ({ register }) => {
    const running = usesEmbeddedRedis(source) ? await findRedis(home.redisDir) : source['REDIS_URL'];
    const redisUrl =
      running ?? register('redis server', await startRedis(home.redisDir), (each) => each.close()).url;
    const settings = readEmbeddedSettings(source, home, redisUrl);
    const { deps } = register('deps', await openDeps(settings, { log }), (each) => each.close());
    return { deps };
  });
}
