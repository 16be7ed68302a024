import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunPodProvider } from '@trainyard/runpod';
import { openWorkflows, type Settings, type SettingsSource } from '@trainyard/runtime';
import { type Home, planHome, usesEmbeddedRedis } from '../embedded/home.ts';
import { type DoctorCheck, runCheck } from './check.ts';
import { examineEndpoint, examinePublicUrl } from './endpoint.ts';
import { createFindings, type Finding } from './finding.ts';
import { examineNodeClasses } from './node-classes.ts';
import { checkNotifications } from './notifications.ts';
import { examineConfiguredRedis } from './redis.ts';
import { readPartialSettings } from './settings.ts';
import { examineStores } from './store.ts';

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

async function examineTemplate(settings: Settings): Promise<readonly Finding[]> {
  await openWorkflows(settings);
  return [createFindings('Workflow').ok(settings.WORKFLOW_TEMPLATE)];
}

type EndpointSettings = Pick<
  Settings,
  'MODEL_TRAINING_RUNPOD_API_KEY' | 'MODEL_TRAINING_RUNPOD_ENDPOINT_ID' | 'RUNPOD_ENDPOINT_BASE_URL'
>;

function createEndpointCheck(settings: EndpointSettings): DoctorCheck {
  const { MODEL_TRAINING_RUNPOD_API_KEY: apiKey, RUNPOD_ENDPOINT_BASE_URL: baseUrl } = settings;
  const examineHealth = () =>
    examineEndpoint(createRunPodProvider({ apiKey, baseUrl }), settings.MODEL_TRAINING_RUNPOD_ENDPOINT_ID);
  return { part: 'Endpoint', dependsOn: /RUNPOD_/, examine: async () => [await examineHealth()] };
}

/** Checks key and endpoint with one request. Never throws; no answer in time is a fault. @param timeoutMs real ms */
export function checkEndpoint(settings: EndpointSettings, timeoutMs: number): Promise<readonly Finding[]> {
  return runCheck(createEndpointCheck(settings), timeoutMs);
}

function createChecks(source: SettingsSource, settings: Settings, home: Home): readonly DoctorCheck[] {
  // `trainyard up` creates this secret with its folder; separate processes use the setting only.
  const canSignNotifyUrl = usesEmbeddedRedis(source) || (source['NOTIFY_SECRET']?.trim() ?? '') !== '';
  return [
    {
      part: 'Redis',
      dependsOn: /^REDIS_/,
      examine: () => examineConfiguredRedis(source, settings, home.redisDir),
    },
    {
      part: 'Object store',
      dependsOn: /^(OBJECT_STORE|S3_|AWS_|CATALOGUE)/,
      examine: () => examineStores(settings),
    },
    { part: 'Workflow', dependsOn: /^(WORKFLOW_|FLUX_)/, examine: () => examineTemplate(settings) },
    {
      part: 'Node classes',
      dependsOn: /^(OBJECT_|WORKFLOW_|FLUX_|S3_|AWS_)/,
      examine: () => examineNodeClasses(settings),
    },
    createEndpointCheck(settings),
    {
      part: 'Public URL',
      dependsOn: /BASE_URL$/,
      examine: async () => [await examinePublicUrl(settings.GATEWAY_BASE_URL)],
    },
    {
      part: 'Notifications',
      dependsOn: /^(NOTIFY_|SMTP_|MAIL_|SLACK_)/,
      examine: () => checkNotifications(settings, { canSignNotifyUrl }),
    },
  ];
}

async function examineHome(source: SettingsSource, home: Home): Promise<readonly Finding[]> {
  const { settings, faults } = readPartialSettings(source, home);
  const settingsFindings =
    faults.length === 0
      ? [settingsPart.ok('valid'), ...listWarnings(settings)]
      : faults.map(({ message }) => settingsPart.fault(message));
  if (!settings) return settingsFindings;
  const parts = createChecks(source, settings, home).filter(
    ({ dependsOn }) => !faults.some(({ name }) => dependsOn.test(name)),
  );
  const results = await Promise.all(parts.map((check) => runCheck(check)));
  return [...settingsFindings, ...results.flat()];
}

function listWarnings(settings: Settings | undefined): readonly Finding[] {
  return (settings?.warnings ?? []).map(({ message }) => settingsPart.warning(message));
}

function pathExists(dir: string): Promise<boolean> {
  return access(dir).then(
    () => true,
    () => false,
  );
}
