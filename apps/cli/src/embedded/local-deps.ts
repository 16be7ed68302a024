import type { Deps } from '@trainyard/application';
import { openAll, openDeps } from '@trainyard/runtime';
import type { Context } from '../terminal/context.ts';
import { createEmbeddedLog, planHome, readEmbeddedSettings, usesEmbeddedRedis } from './home.ts';
import { findRedis, startRedis } from './redis.ts';

/** Dependencies opened without a server. */
interface LocalDeps {
  readonly deps: Deps;
  close(): Promise<void>;
}

/** Runs an action with dependencies opened without a server, and closes them. Throws SettingsError. */
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

/** Opens the configured Redis and object store, or those in the data folder of `trainyard up`. */
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
