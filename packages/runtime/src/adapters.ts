import { randomUUID } from 'node:crypto';
import {
  type ApplicationSettings,
  type Clock,
  createWebhookToken,
  type Deps,
  type Ids,
  type Log,
  type Messenger,
  type ObjectStore,
  POST_TIMEOUT_MS,
  type Provider,
  type WorkflowBuilder,
} from '@trainyard/application';
import {
  createWorkflowBuilder,
  type KnownClasses,
  listWorkflowTemplates,
  loadWorkflowTemplate,
  type ModelFiles,
} from '@trainyard/comfyui';
import {
  DEFAULT_ESTIMATE_BASIS,
  DEFAULT_POLICY,
  DEFAULT_STYLE_FORM_POLICY,
  omitUndefined,
} from '@trainyard/domain';
import { createMessenger } from '@trainyard/notifications';
import { openRedisBackend, type RedisBackend } from '@trainyard/redis';
import { createRunPodProvider } from '@trainyard/runpod';
import {
  createCatalogue,
  createManifests,
  type ObjectStoreOptions,
  type OpenObjectStore,
  openObjectStore,
} from '@trainyard/storage';
import { v7 } from 'uuid';
import { createClock } from './process/clock.ts';
import { toRedisExamination } from './settings/redis.ts';
import { listSecrets, type Settings } from './settings/settings.ts';
import { isFolderBeyondWorkers } from './settings/store-rules.ts';

type StoreSettings = Pick<
  Settings,
  | 'OBJECT_STORE_URL'
  | 'S3_ENDPOINT'
  | 'S3_REGION'
  | 'S3_FORCE_PATH_STYLE'
  | 'AWS_ACCESS_KEY_ID'
  | 'AWS_SECRET_ACCESS_KEY'
  | 'AWS_SESSION_TOKEN'
>;

/** Opens the object store of the settings. Throws ObjectStoreError for an invalid URL. */
export function openConfiguredObjectStore(
  settings: StoreSettings,
  options: Pick<ObjectStoreOptions, 'readOnly'> = {},
): Promise<OpenObjectStore> {
  const s3 = omitUndefined({
    endpoint: settings.S3_ENDPOINT,
    region: settings.S3_REGION,
    forcePathStyle: settings.S3_FORCE_PATH_STYLE,
    accessKeyId: settings.AWS_ACCESS_KEY_ID,
    secretAccessKey: settings.AWS_SECRET_ACCESS_KEY,
    sessionToken: settings.AWS_SESSION_TOKEN,
  });
  return openObjectStore(settings.OBJECT_STORE_URL, { ...options, s3 });
}

/** The address of the object store for messages, without credentials: its URL, and the endpoint of an S3-compatible server. */
export function describeObjectStore(settings: StoreSettings): string {
  const { OBJECT_STORE_URL: url, S3_ENDPOINT: endpoint } = settings;
  const isS3 = /^s3:/i.test(url);
  const place = endpoint === undefined ? 'Amazon S3' : hideCredentials(endpoint);
  return isS3 ? `${hideCredentials(url)} at ${place}` : hideCredentials(url);
}

function hideCredentials(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//').replace(/[?#].*$/s, '');
}

/** The settings of templates and model files. */
export type ModelSettings = Pick<
  Settings,
  'FLUX_TRANSFORMER' | 'FLUX_VAE' | 'FLUX_CLIP_L' | 'FLUX_T5' | 'WORKFLOW_TEMPLATE'
>;

/** The file names of the base model in the container. */
export function toModelFiles(settings: ModelSettings): ModelFiles {
  return {
    transformer: settings.FLUX_TRANSFORMER,
    vae: settings.FLUX_VAE,
    clip_l: settings.FLUX_CLIP_L,
    t5: settings.FLUX_T5,
  };
}

/** Loads all workflow templates. `getKnownClasses` provides the node classes, the built-in ones without it. Throws WorkflowTemplateError for an invalid template, or a missing selected template. */
export async function openWorkflows(
  settings: ModelSettings,
  getKnownClasses?: () => KnownClasses,
): Promise<WorkflowBuilder> {
  await loadWorkflowTemplate(settings.WORKFLOW_TEMPLATE);
  const names = await listWorkflowTemplates();
  return createWorkflowBuilder({
    templates: await Promise.all(names.map((name) => loadWorkflowTemplate(name))),
    models: toModelFiles(settings),
    ...(getKnownClasses && { getKnownClasses }),
  });
}

/** Creates the clock of the settings. @param realNow real time, epoch ms; that of this machine by default */
export function createConfiguredClock(
  { TIME_FACTOR, TIME_ANCHOR_MS }: Pick<Settings, 'TIME_FACTOR' | 'TIME_ANCHOR_MS'>,
  realNow?: () => number,
): Clock {
  return createClock({
    factor: TIME_FACTOR,
    ...(TIME_ANCHOR_MS !== undefined && { anchorMs: TIME_ANCHOR_MS }),
    ...(realNow && { realNow }),
  });
}

/** Creates ids: UUIDv7 for trainings and batches, which sort by time also within a millisecond; UUIDv4 for nonces. */
export function createIds(): Ids {
  return { training: () => v7(), batch: () => v7(), nonce: () => randomUUID() };
}

/** Opens the Redis of the settings. Throws InvalidRedisConfigError, RedisUnreachableError, RedisCaFileError. */
export function openRedis(settings: Settings, clock: Clock, log: Log): Promise<RedisBackend> {
  return openRedisBackend({
    ...toRedisExamination(settings),
    clock,
    initialMaxConcurrency: settings.TRAINING_CONCURRENCY,
    initialBudgets: omitUndefined({ dayUsd: settings.BUDGET_DAY_USD, monthUsd: settings.BUDGET_MONTH_USD }),
    budgetTimeZone: settings.BUDGET_TIME_ZONE,
    onError: (error) => log.warn('redis_error', { error }),
    onWarning: ({ property, text }) => log.warn('redis_config_warning', { property, reason: text }),
  });
}

/** Creates catalogue and manifests on the object store. */
export function createDocumentPorts(
  objects: ObjectStore,
  settings: Settings,
): Pick<Deps, 'catalogue' | 'manifests'> {
  const catalogue = createCatalogue(objects, {
    catalogueKey: settings.CATALOGUE_KEY,
    ...(settings.S3_ENDPOINT !== undefined && { customEndpoints: [settings.S3_ENDPOINT] }),
  });
  return { catalogue, manifests: createManifests(objects, catalogue) };
}

/** Creates the RunPod client. */
export function createConfiguredProvider(settings: Settings, clock: Clock): Provider {
  return createRunPodProvider({
    apiKey: settings.MODEL_TRAINING_RUNPOD_API_KEY,
    secrets: listSecrets(settings),
    baseUrl: settings.RUNPOD_ENDPOINT_BASE_URL,
    timeoutMs: clock.realMs(POST_TIMEOUT_MS),
  });
}

/** The timeout of a delivery. Real ms. */
const DELIVERY_TIMEOUT_MS = 10_000;

/** Creates the messenger with the destinations of the settings. */
export function createConfiguredMessenger(settings: Settings): Messenger {
  const { NOTIFY_EVENTS: events, NOTIFY_BATCH: batch } = settings;
  const { SMTP_URL: smtpUrl, MAIL_FROM: from, MAIL_TO: to, SLACK_WEBHOOK_URL: slackUrl } = settings;
  return createMessenger({
    allowPrivate: settings.NOTIFY_ALLOW_PRIVATE,
    timeoutMs: DELIVERY_TIMEOUT_MS,
    notifySecrets: settings.NOTIFY_SECRET ?? [],
    subscribers: (settings.NOTIFY_SUBSCRIBERS ?? []).map((subscriber) => ({
      ...subscriber,
      events: subscriber.events ?? events,
      batch: subscriber.batch ?? batch,
    })),
    ...(slackUrl !== undefined && { slack: { url: slackUrl, events, batch } }),
    ...(smtpUrl !== undefined && from !== undefined && to && { mail: { smtpUrl, from, to, events, batch } }),
  });
}

/** The path of the webhooks of RunPod. */
export const WEBHOOK_PATH = '/core/training-webhooks/runpod-serverless';

/** Converts the settings for the use cases. `publicUrl` is read at each submission, because a tunnel can open later. */
export function toApplicationSettings(
  settings: Settings,
  publicUrl: () => Promise<string | undefined>,
): ApplicationSettings {
  const { EXECUTION_TIMEOUT_SECONDS: timeoutSeconds, WEBHOOK_SECRET: secret, usdPerSecond } = settings;
  return {
    endpointId: settings.MODEL_TRAINING_RUNPOD_ENDPOINT_ID,
    exclusiveEndpoint: settings.EXCLUSIVE_ENDPOINT,
    webhookUrl: async (trainingId, attempt) => {
      const url = await publicUrl();
      return url === undefined || secret === undefined
        ? undefined
        : toWebhookUrl({ publicUrl: url, secret }, trainingId, attempt);
    },
    ...(settings.GATEWAY_BASE_URL && { baseUrl: settings.GATEWAY_BASE_URL.replace(/\/+$/, '') }),
    containerDatasetDir: settings.CONTAINER_DATASET_DIR,
    containerOutputDir: settings.CONTAINER_OUTPUT_DIR,
    outputLookup: settings.OUTPUT_LOOKUP,
    modelKeyTemplate: settings.MODEL_KEY_TEMPLATE,
    ...(settings.MODEL_PREFIXES && { modelPrefixes: settings.MODEL_PREFIXES }),
    template: settings.WORKFLOW_TEMPLATE,
    hyperparameters: settings.hyperparameters,
    ...toPolicies(settings),
    isLocalStore: isFolderBeyondWorkers(settings),
    priority: { manual: settings.PRIORITY_MANUAL, autoTrain: settings.PRIORITY_AUTO_TRAIN },
    maxAttempts: settings.MAX_ATTEMPTS,
    gateFailedRuns: settings.GATE_FAILED_RUNS,
    ...(settings.AUTO_TRAIN_LIMIT !== undefined && { autoTrainLimit: settings.AUTO_TRAIN_LIMIT }),
    estimate: { ...DEFAULT_ESTIMATE_BASIS, ...(usdPerSecond !== undefined && { usdPerSecond }) },
    ...(settings.GPU_TYPE !== undefined && { gpuType: settings.GPU_TYPE }),
    ...(settings.price && { price: settings.price }),
    ...(timeoutSeconds !== undefined && { executionTimeoutMs: timeoutSeconds * 1000 }),
    queueBudgetMs: settings.QUEUE_BUDGET_SECONDS * 1000,
    retentionMs: settings.RETENTION_DAYS * 24 * 3_600_000,
    pollIntervalMs: settings.POLL_INTERVAL_SECONDS * 1000,
    datasetReportMs: settings.DATASET_REPORT_SECONDS * 1000,
    customS3Endpoints: settings.S3_ENDPOINT === undefined ? [] : [settings.S3_ENDPOINT],
    defaultLabels: { userId: settings.DEFAULT_USER_ID, tenantId: settings.DEFAULT_TENANT_ID },
  };
}

function toPolicies({ ACTOR_POLICY: actor, STYLE_POLICY: style }: Settings) {
  return {
    defaultPolicy: { actor, style: style ?? DEFAULT_POLICY.style },
    styleFormPolicy: style ?? DEFAULT_STYLE_FORM_POLICY,
  };
}

/** The webhook URL of an attempt. Its token proves that the caller received this URL (docs/concepts/threat-model.md). */
function toWebhookUrl(
  base: { readonly publicUrl: string; readonly secret: string },
  trainingId: string,
  attempt: number,
): string {
  const query = new URLSearchParams({
    training: trainingId,
    attempt: String(attempt),
    token: createWebhookToken(base.secret, trainingId, attempt),
  });
  return `${base.publicUrl.replace(/\/+$/, '')}${WEBHOOK_PATH}?${query}`;
}
