import { createRunPodProvider } from '@trainyard/runpod';
import {
  openStoreOf,
  openWorkflows,
  type Settings,
  SettingsError,
  type SettingsSource,
} from '@trainyard/runtime';
import { plannedHome } from '../embedded/home.ts';
import { findRedis, startRedis } from '../embedded/redis.ts';
import { bringsRedis, embeddedSettings } from '../embedded/settings.ts';
import { about, type Finding, wordsOf } from './finding.ts';
import { judgeMessages } from './messages.ts';
import { examineEndpoint, examinePublicUrl } from './outside.ts';
import { examineRedis } from './redis.ts';
import { examineCatalogue, examineStore } from './store.ts';

const settingsPart = about('Settings');

const examineStores = async (settings: Settings): Promise<readonly Finding[]> => {
  try {
    const store = await openStoreOf(settings);
    const findings = [...(await examineStore(store)), await examineCatalogue(store, settings.CATALOGUE_KEY)];
    await store.close();
    return findings;
  } catch (error) {
    return [about('Object store').fault(wordsOf(error))];
  }
};

/** The Redis that is set, or the one that `trainyard up` would bring. */
const examineAnyRedis = async (
  source: SettingsSource,
  settings: Settings,
  redisDir: string,
): Promise<readonly Finding[]> => {
  if (!bringsRedis(source))
    return examineRedis(settings.REDIS_URL, { withoutAof: settings.REDIS_WITHOUT_AOF });
  const running = await findRedis(redisDir);
  if (running !== undefined) return examineRedis(running);
  try {
    const redis = await startRedis(redisDir);
    const findings = await examineRedis(redis.url);
    await redis.close();
    return findings;
  } catch (error) {
    return [about('Redis').fault(wordsOf(error))];
  }
};

const examineTemplate = async (settings: Settings): Promise<Finding> => {
  const part = about('Workflow');
  try {
    await openWorkflows(settings);
    return part.ok(settings.WORKFLOW_TEMPLATE);
  } catch (error) {
    return part.fault(wordsOf(error));
  }
};

/** Looks at everything that Trainyard needs, and really tries what can be tried (SPEC §13). */
export const examine = async (source: SettingsSource, data: string): Promise<readonly Finding[]> => {
  const home = plannedHome(data);
  let settings: Settings;
  try {
    settings = embeddedSettings(source, home);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.faults.map(({ message }) => settingsPart.fault(message));
  }
  const provider = createRunPodProvider({
    apiKey: settings.MODEL_TRAINING_RUNPOD_API_KEY,
    baseUrl: settings.RUNPOD_ENDPOINT_BASE_URL,
  });
  const parts = await Promise.all([
    examineAnyRedis(source, settings, home.redisDir),
    examineStores(settings),
    examineTemplate(settings),
    examineEndpoint(provider, settings.MODEL_TRAINING_RUNPOD_ENDPOINT_ID),
    examinePublicUrl(settings.GATEWAY_BASE_URL),
  ]);
  // The secret of `up` is made with its folder; processes of one's own have only what is set.
  const signsForCallers = bringsRedis(source) || (source['NOTIFY_SECRET']?.trim() ?? '') !== '';
  return [
    settingsPart.ok('complete and in agreement'),
    ...parts.flat(),
    ...judgeMessages(settings, { signsForCallers }),
  ];
};
