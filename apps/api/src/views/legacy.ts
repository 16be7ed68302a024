import { getFailureMessage, getModelName, toLegacySuccess } from '@trainyard/application';
import { LEGACY_STATUS, type TrainingStartResponse, type TrainingStatusResponse } from '@trainyard/contracts';
import { MODES, type Training } from '@trainyard/domain';
import { stripQuery } from '../server/logging.ts';
import { toTrainingView, type ViewDeps } from './training.ts';

function toError(training: Training): { readonly error?: string } {
  const error = getFailureMessage(training);
  return error === undefined ? {} : { error };
}

/** Returns the webhook URL of the training without its token; null when the server has no public URL. */
async function getWebhookUrl(deps: ViewDeps, training: Training): Promise<string | null> {
  const url = await deps.settings.webhookUrl(training.id, Math.max(1, training.attemptsStarted));
  return url === undefined ? null : stripQuery(url);
}

function toMessage(webhookUrl: string | null): string {
  return webhookUrl === null
    ? 'Training started, completion will be found by polling'
    : 'Training started, completion will be notified via webhook';
}

/** Accepted training with the changes that accept made to the workflow and the webhook of the request. */
export interface StartedTraining {
  readonly training: Training;
  readonly changes: readonly Readonly<Record<string, unknown>>[];
  readonly webhookDropped: boolean;
}

function toWorkflowChange({ node, input, from, to }: Readonly<Record<string, unknown>>) {
  return {
    node: String(node),
    input: String(input),
    from: from ?? null,
    to: to ?? null,
  };
}

/** Renders the response of `POST /api/training/start` (docs/compatibility.md). */
export async function toStartResponse(
  deps: ViewDeps,
  started: StartedTraining,
): Promise<TrainingStartResponse> {
  const { training } = started;
  const view = toTrainingView(deps, training);
  const { error } = toError(training);
  const webhookUrl = await getWebhookUrl(deps, training);
  return {
    status: error === undefined ? 'started' : 'failed',
    job_id: view.job_id,
    runpod_job_id: view.runpod_job_id,
    user_id: view.user_id,
    tenant_id: view.tenant_id,
    training_type: MODES[view.kind],
    model_name: view.model_name ?? getModelName(training),
    message: error ?? toMessage(webhookUrl),
    webhook_url: webhookUrl,
    training_id: training.id,
    request_id: view.request_id,
    workflow_changes: started.changes.map(toWorkflowChange),
    webhook_dropped: started.webhookDropped,
    ...(error !== undefined && { error }),
  };
}

function toOutput(training: Training): Pick<TrainingStatusResponse, 'output'> {
  const output = toLegacySuccess(training);
  return output ? { output } : {};
}

/** Renders the response of `POST /api/training/status`. */
export function toStatusResponse(deps: ViewDeps, training: Training): TrainingStatusResponse {
  const view = toTrainingView(deps, training);
  return {
    status: LEGACY_STATUS[training.status],
    id: view.runpod_job_id ?? view.job_id,
    training_id: training.id,
    job_id: view.job_id,
    request_id: view.request_id,
    runpod_job_id: view.runpod_job_id,
    model_name: view.model_name,
    progress: view.progress,
    ...toOutput(training),
    ...toError(training),
  };
}
