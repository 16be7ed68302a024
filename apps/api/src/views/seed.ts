import { getFailureMessage, getModelName, toLegacySuccess } from '@trainyard/application';
import { SEED_STATUS, type TrainingStartAnswer, type TrainingStatusAnswer } from '@trainyard/contracts';
import { MODES, type Training } from '@trainyard/domain';
import { pathOf } from '../server/logging.ts';
import { trainingView, type ViewDeps } from './training.ts';

const errorOf = (training: Training): { readonly error?: string } => {
  const error = getFailureMessage(training);
  return error === undefined ? {} : { error };
};

/** Where RunPod will call for this training, without what proves it (SPEC §5.2). */
const webhookUrlOf = async (deps: ViewDeps, training: Training): Promise<string | null> => {
  const url = await deps.settings.webhookUrl(training.id, Math.max(1, training.attemptsStarted));
  return url === undefined ? null : pathOf(url);
};

const messageOf = (webhookUrl: string | null): string =>
  webhookUrl === null
    ? 'Training started, completion will be found by polling'
    : 'Training started, completion will be notified via webhook';

/** What was found and decided while a seed's request was accepted. */
export interface Started {
  readonly training: Training;
  readonly changes: readonly Readonly<Record<string, unknown>>[];
  readonly webhookDropped: boolean;
}

const changeOf = ({ node, input, from, to }: Readonly<Record<string, unknown>>) => ({
  node: String(node),
  input: String(input),
  from: from ?? null,
  to: to ?? null,
});

/** Seed 000's answer. */
export const startAnswer = async (deps: ViewDeps, started: Started): Promise<TrainingStartAnswer> => {
  const { training } = started;
  const view = trainingView(deps, training);
  const { error } = errorOf(training);
  const webhookUrl = await webhookUrlOf(deps, training);
  return {
    status: error === undefined ? 'started' : 'failed',
    job_id: view.job_id,
    runpod_job_id: view.runpod_job_id,
    user_id: view.user_id,
    tenant_id: view.tenant_id,
    training_type: MODES[view.kind],
    model_name: view.model_name ?? getModelName(training),
    message: error ?? messageOf(webhookUrl),
    webhook_url: webhookUrl,
    training_id: training.id,
    request_id: view.request_id,
    workflow_changes: started.changes.map(changeOf),
    webhook_dropped: started.webhookDropped,
    ...(error !== undefined && { error }),
  };
};

const outputOf = (training: Training): Pick<TrainingStatusAnswer, 'output'> => {
  const output = toLegacySuccess(training);
  return output ? { output } : {};
};

/** The seeds' status answer. */
export const statusAnswer = (deps: ViewDeps, training: Training): TrainingStatusAnswer => {
  const view = trainingView(deps, training);
  return {
    status: SEED_STATUS[training.status],
    id: view.runpod_job_id ?? view.job_id,
    training_id: training.id,
    job_id: view.job_id,
    request_id: view.request_id,
    runpod_job_id: view.runpod_job_id,
    model_name: view.model_name,
    progress: view.progress,
    ...outputOf(training),
    ...errorOf(training),
  };
};
