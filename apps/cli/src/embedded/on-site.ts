import type { Deps } from '@trainyard/application';
import { openAll, openDeps } from '@trainyard/runtime';
import type { Context } from '../program/context.ts';
import { plannedHome } from './home.ts';
import { findRedis, startRedis } from './redis.ts';
import { bringsRedis, embeddedSettings, logFor } from './settings.ts';

/** What is opened where the data are. */
interface OnSite {
  readonly deps: Deps;
  close(): Promise<void>;
}

/** Opens the Redis and the store that the settings name, or those that `trainyard up` keeps in its folder. */
const openOnSite = ({ source, output }: Context, data: string): Promise<OnSite> => {
  const home = plannedHome(data);
  const log = logFor(embeddedSettings(source, home), {
    write: (line) => output.complain(line.trimEnd()),
  });
  return openAll(log, async ({ opened }) => {
    const running = bringsRedis(source) ? await findRedis(home.redisDir) : source['REDIS_URL'];
    const redisUrl =
      running ?? opened('redis server', await startRedis(home.redisDir), (each) => each.close()).url;
    const settings = embeddedSettings(source, home, redisUrl);
    const { deps } = opened('deps', await openDeps(settings, { log }), (each) => each.close());
    return { deps };
  });
};

/** Does something where the data are, without a server, and closes all that it opened. Throws SettingsError. */
export const onSite = async <T>(
  context: Context,
  data: string,
  act: (deps: Deps) => Promise<T>,
): Promise<T> => {
  const { deps, close } = await openOnSite(context, data);
  try {
    return await act(deps);
  } finally {
    await close();
  }
};
