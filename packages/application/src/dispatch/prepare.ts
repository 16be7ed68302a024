import {
  type Attempt,
  datasetErrors,
  deadBy,
  estimate,
  type Failure,
  modelName,
  outputKeyOf,
  type Queued,
  runLimits,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { VersionNameTakenError } from '../ports/manifests.ts';
import { ObjectStoreError } from '../ports/object-store.ts';
import type { Submission } from '../ports/provider.ts';
import { InvalidWorkflowError } from '../ports/workflows.ts';
import { type LookedAtDataset, lookAtDataset } from './dataset.ts';
import { submissionOf } from './submission.ts';
import { versionOf } from './version-entry.ts';

export type PrepareDeps = Pick<Deps, 'objects' | 'manifests' | 'workflows' | 'clock' | 'ids' | 'settings'>;

/** What is decided at dispatch, before a slot is taken and anything is paid for (SPEC §2). */
export type Prepared =
  | { readonly kind: 'ready'; readonly attempt: Attempt; readonly submission: Submission }
  | { readonly kind: 'faulty'; readonly failure: Failure }
  /** Something needed could not be reached; nothing is known to be wrong. */
  | { readonly kind: 'not_now'; readonly reason: string };

const faulty = (cls: Failure['class'], code: string, message: string): Prepared => ({
  kind: 'faulty',
  failure: { class: cls, code, message },
});

const plan = (
  deps: PrepareDeps,
  training: Queued,
  facts: { readonly jobToken: string; readonly dataset: LookedAtDataset },
): Omit<Attempt, 'versionName' | 'modelName'> => {
  const { settings } = deps;
  const number = training.attemptsStarted + 1;
  const startedAt = deps.clock.now();
  const { durationSeconds } = estimate(training.request.hyperparameters.max_train_steps, settings.estimate);
  const limits = runLimits(durationSeconds, settings);
  return {
    number,
    startedAt,
    endpointId: settings.endpointId,
    ...limits,
    deadBy: deadBy(startedAt, limits.ttlMs),
    outputKey: outputKeyOf(training.id, number),
    jobToken: facts.jobToken,
    nonce: deps.ids.nonce(),
    dataDigest: facts.dataset.digest,
  };
};

const nameOfModel = (training: Queued, versionName: string): string => {
  const { subject, modelName: given, versionName: wanted } = training.request;
  if (given !== undefined) return given;
  return modelName(subject, subject.kind === 'style' && wanted === undefined ? undefined : versionName);
};

const ready = async (deps: PrepareDeps, training: Queued, jobToken: string): Promise<Prepared> => {
  const { request } = training;
  const dataset = await lookAtDataset(deps.objects, {
    kind: request.subject.kind,
    trigger: request.trigger,
    imageUris: request.imageUris,
  });
  const errors = datasetErrors(dataset.report);
  if (errors.length > 0) return faulty('data', 'dataset', errors.map(({ message }) => message).join('; '));
  const planned = plan(deps, training, { jobToken, dataset });
  const entry = { ...versionOf(training), attempt: planned.number, endpoint_id: planned.endpointId };
  const version = await deps.manifests.openVersion(request.subject, {
    ...entry,
    dead_by: new Date(planned.deadBy).toISOString(),
    data_digest: dataset.digest,
    ...(request.versionName !== undefined && { name: request.versionName }),
  });
  const attempt = { ...planned, versionName: version.name, modelName: nameOfModel(training, version.name) };
  return { kind: 'ready', attempt, submission: submissionOf(deps, training, { attempt, dataset }) };
};

/**
 * Looks at the data, opens the version and builds the request. Nothing is paid for; a second call for the same
 * training finds its version again.
 */
export const prepare = async (deps: PrepareDeps, training: Queued, jobToken: string): Promise<Prepared> => {
  try {
    return await ready(deps, training, jobToken);
  } catch (error) {
    if (error instanceof VersionNameTakenError) return faulty('configuration', error.code, error.message);
    if (error instanceof InvalidWorkflowError) return faulty('configuration', error.code, error.message);
    if (error instanceof ObjectStoreError) return { kind: 'not_now', reason: error.message };
    throw error;
  }
};
