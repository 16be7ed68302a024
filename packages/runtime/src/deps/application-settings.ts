import { type ApplicationSettings, createWebhookToken } from '@trainyard/application';
import { DEFAULT_ESTIMATE_BASIS } from '@trainyard/domain';
import type { Settings } from '../settings/settings.ts';

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
    containerDatasetDir: settings.CONTAINER_DATASET_DIR,
    containerOutputDir: settings.CONTAINER_OUTPUT_DIR,
    outputLookup: settings.OUTPUT_LOOKUP,
    template: settings.WORKFLOW_TEMPLATE,
    hyperparameters: settings.hyperparameters,
    defaultPolicy: { actor: settings.ACTOR_POLICY, style: settings.STYLE_POLICY },
    priority: { manual: settings.PRIORITY_PERSON, autoTrain: settings.PRIORITY_AUTO_TRAIN },
    maxAttempts: settings.MAX_ATTEMPTS,
    ...(settings.AUTO_TRAIN_LIMIT !== undefined && { autoTrainLimit: settings.AUTO_TRAIN_LIMIT }),
    estimate: { ...DEFAULT_ESTIMATE_BASIS, ...(usdPerSecond !== undefined && { usdPerSecond }) },
    ...(settings.price && { price: settings.price }),
    ...(timeoutSeconds !== undefined && { executionTimeoutMs: timeoutSeconds * 1000 }),
    queueBudgetMs: settings.QUEUE_BUDGET_SECONDS * 1000,
    retentionMs: settings.RETENTION_DAYS * 24 * 3_600_000,
    pollIntervalMs: settings.POLL_INTERVAL_SECONDS * 1000,
    customS3Endpoints: settings.S3_ENDPOINT === undefined ? [] : [settings.S3_ENDPOINT],
    defaultLabels: { userId: settings.DEFAULT_USER_ID, tenantId: settings.DEFAULT_TENANT_ID },
  };
}

/** The webhook URL of an attempt. Its token proves that the caller received this URL (docs/concepts/threat-model.md). */
export function toWebhookUrl(
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
