import type { Deps } from '@trainyard/application';
import {
  type DocumentAccess,
  type OpenDocuments,
  openAll,
  openDeps,
  openDocuments,
} from '@trainyard/runtime';
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

/** Values for settings of submissions, which no command needs that reads or writes documents only. */
const UNUSED_SETTINGS = {
  MODEL_TRAINING_RUNPOD_API_KEY: 'unused',
  MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'unused',
  ALLOW_LOCAL_STORE: 'true',
};

/** Runs an action with the documents of the configured object store, without Redis and without the settings of RunPod. */
export async function withDocuments<T>(
  { source, output }: Context,
  { data, access }: { readonly data: string; readonly access: DocumentAccess },
  action: (documents: OpenDocuments) => Promise<T>,
): Promise<T> {
  const settings = readEmbeddedSettings({ ...source, ...UNUSED_SETTINGS }, planHome(data));
  const log = createEmbeddedLog(settings, { write: (line) => output.writeError(line.trimEnd()) });
  const documents = await openDocuments(settings, { log, access });
  try {
    return await action(documents);
  } finally {
    await documents.close();
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
