import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunPodProvider } from '@trainyard/runpod';
import {
  openConfiguredObjectStore,
  openWorkflows,
  type Settings,
  type SettingsSource,
} from '@trainyard/runtime';
import { type Home, planHome, usesEmbeddedRedis } from '../embedded/home.ts';
import { findRedis, startRedis } from '../embedded/redis.ts';
import {
  examineCatalogue,
  examineEndpoint,
  examinePublicUrl,
  examineRedis,
  examineStore,
} from './dependencies.ts';
import { createFindings, type Finding, toErrorMessage } from './finding.ts';
import { checkNotifications } from './notifications.ts';
import { readPartialSettings } from './settings.ts';

const settingsPart = createFindings('Settings');

/**
 * Checks settings, Redis, object store, workflow, endpoint, public URL and notifications with real requests. Checks that
 * depend on a faulty setting are skipped. Without a data folder of `trainyard up`, a temporary folder is used.
 */
export async function examine(source: SettingsSource, data: string): Promise<readonly Finding[]> {
  const home = planHome(data);
  if (await pathExists(home.dir)) return examineHome(source, home);
  const scratch = await mkdtemp(join(tmpdir(), 'trainyard-doctor-'));
  try {
    return await examineHome(source, planHome(scratch));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function examineStores(settings: Settings): Promise<readonly Finding[]> {
  try {
    const store = await openConfiguredObjectStore(settings);
    const findings = [...(await examineStore(store)), await examineCatalogue(store, settings.CATALOGUE_KEY)];
    await store.close();
    return findings;
  } catch (error) {
    return [createFindings('Object store').fault(toErrorMessage(error))];
  }
}

/** Checks the configured Redis, or the embedded Redis of `trainyard up`. */
async function examineConfiguredRedis(
  source: SettingsSource,
  settings: Settings,
  redisDir: string,
): Promise<readonly Finding[]> {
  if (!usesEmbeddedRedis(source))
    return examineRedis(settings.REDIS_URL, { withoutAof: settings.REDIS_WITHOUT_AOF });
  const running = await findRedis(redisDir);
  if (running !== undefined) return examineRedis(running);
  try {
    const redis = await startRedis(redisDir);
    const findings = await examineRedis(redis.url);
    await redis.close();
    return findings;
  } catch (error) {
    return [createFindings('Redis').fault(toErrorMessage(error))];
  }
}

async function examineTemplate(settings: Settings): Promise<Finding> {
  const part = createFindings('Workflow');
  try {
    await openWorkflows(settings);
    return part.ok(settings.WORKFLOW_TEMPLATE);
  } catch (error) {
    return part.fault(toErrorMessage(error));
  }
}

/** A check with the names of the settings that it depends on. */
interface DoctorCheck {
  readonly dependsOn: RegExp;
  readonly examine: () => Promise<readonly Finding[]> | readonly Finding[];
}

function createChecks(source: SettingsSource, settings: Settings, home: Home): readonly DoctorCheck[] {
  const { MODEL_TRAINING_RUNPOD_API_KEY: apiKey, RUNPOD_ENDPOINT_BASE_URL: baseUrl } = settings;
  const endpointId = settings.MODEL_TRAINING_RUNPOD_ENDPOINT_ID;
  const askEndpoint = () => examineEndpoint(createRunPodProvider({ apiKey, baseUrl }), endpointId);
  // `trainyard up` creates this secret with its folder; separate processes use the setting only.
  const canSignNotifyUrl = usesEmbeddedRedis(source) || (source['NOTIFY_SECRET']?.trim() ?? '') !== '';
  return [
    { dependsOn: /^REDIS_/, examine: () => examineConfiguredRedis(source, settings, home.redisDir) },
    { dependsOn: /^(OBJECT_STORE|S3_|AWS_|CATALOGUE)/, examine: () => examineStores(settings) },
    { dependsOn: /^(WORKFLOW_|FLUX_)/, examine: async () => [await examineTemplate(settings)] },
    { dependsOn: /RUNPOD_/, examine: async () => [await askEndpoint()] },
    { dependsOn: /BASE_URL$/, examine: async () => [await examinePublicUrl(settings.GATEWAY_BASE_URL)] },
    {
      dependsOn: /^(NOTIFY_|SMTP_|MAIL_|SLACK_)/,
      examine: () => checkNotifications(settings, { canSignNotifyUrl }),
    },
  ];
}

async function examineHome(source: SettingsSource, home: Home): Promise<readonly Finding[]> {
  const { settings, faults } = readPartialSettings(source, home);
  const settingsFindings =
    faults.length === 0
      ? [settingsPart.ok('valid')]
      : faults.map(({ message }) => settingsPart.fault(message));
  if (!settings) return settingsFindings;
  const parts = createChecks(source, settings, home).filter(
    ({ dependsOn }) => !faults.some(({ name }) => dependsOn.test(name)),
  );
  return [
    ...settingsFindings,
    ...(await Promise.all(parts.map(({ examine: examinePart }) => examinePart()))).flat(),
  ];
}

function pathExists(dir: string): Promise<boolean> {
  return access(dir).then(
    () => true,
    () => false,
  );
}
