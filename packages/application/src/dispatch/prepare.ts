import {
  type Attempt,
  datasetErrors,
  calculateAttemptDeadline,
  type Expectation,
  type Failure,
  toModelName,
  toOutputKey,
  type Queued,
  toRunLimits,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { probeStore } from '../gate/store-probe.ts';
import { estimateTraining } from '../budgets/estimate.ts';
import { CorruptDocumentError } from '../ports/catalogue.ts';
import { type VersionEntry, VersionNameTakenError } from '../ports/manifests.ts';
import { ObjectStoreError } from '../ports/object-store.ts';
import type { Submission } from '../ports/provider.ts';
import { InvalidWorkflowError } from '../ports/workflows.ts';
import { type LookedAtDataset, lookAtDataset } from '../dataset/inspect.ts';
import { submissionOf } from './submission.ts';
import type { NotNow } from './snooze.ts';
import { versionOf } from '../versions/version-entry.ts';

export type PrepareDeps = Pick<
  Deps,
  'objects' | 'manifests' | 'workflows' | 'clock' | 'ids' | 'settings' | 'budgets'
>;

/** What is decided at dispatch, before a slot is taken and anything is paid for (SPEC §2). */
export type Prepared =
  | { readonly kind: 'ready'; readonly attempt: Attempt; readonly submission: Submission }
  | { readonly kind: 'faulty'; readonly failure: Failure }
  | ({ readonly kind: 'not_now' } & NotNow);

const faulty = (cls: Failure['class'], code: string, message: string): Prepared => ({
  kind: 'faulty',
  failure: { class: cls, code, message },
});

interface PlanFacts {
  readonly jobToken: string;
  readonly dataset: LookedAtDataset;
  readonly expected: Expectation;
}

const plan = (
  deps: PrepareDeps,
  training: Queued,
  facts: PlanFacts,
): Omit<Attempt, 'versionName' | 'modelName'> => {
  const { settings } = deps;
  const number = training.attemptsStarted + 1;
  const startedAt = deps.clock.now();
  const limits = toRunLimits(facts.expected.durationSeconds, settings);
  return {
    number,
    startedAt,
    endpointId: settings.endpointId,
    ...limits,
    attemptDeadline: calculateAttemptDeadline(startedAt, limits.ttlMs),
    outputKey: toOutputKey(training.id, number),
    lockToken: facts.jobToken,
    nonce: deps.ids.nonce(),
    dataDigest: facts.dataset.digest,
    warnings: facts.dataset.report.findings
      .filter(({ severity }) => severity === 'warning')
      .map(({ code, message }) => ({ code, message })),
    expected: facts.expected,
  };
};

const nameOfModel = (training: Queued, versionName: string): string => {
  const { subject, modelName: given, versionName: wanted } = training.request;
  if (given !== undefined) return given;
  return toModelName(subject, subject.kind === 'style' && wanted === undefined ? undefined : versionName);
};

/** What is known now of the time and price of its run. */
const expectationOf = async (deps: PrepareDeps, { request }: Queued): Promise<Expectation> => {
  const { durationSeconds, costUsd, pool, basis } = await estimateTraining(deps, request.hyperparameters);
  return {
    durationSeconds,
    pool,
    ...(costUsd !== undefined && { costUsd }),
    ...(basis.usdPerSecond !== undefined && { usdPerSecond: basis.usdPerSecond }),
  };
};

/** How old a plan may be once its version is written: a part of the grace that `dead_by` holds. */
const PLAN_STANDS_MS = 2 * 60_000;
const PLANS = 3;

type Plan = ReturnType<typeof plan>;

/** Opens the version with what is planned; a store that takes minutes for it gets a fresh plan. */
const open = async (
  deps: PrepareDeps,
  training: Queued,
  facts: PlanFacts,
): Promise<{ readonly planned: Plan; readonly version: VersionEntry }> => {
  const { subject, versionName } = training.request;
  for (let plans = 0; plans < PLANS; plans += 1) {
    const since = deps.clock.monotonic();
    const planned = plan(deps, training, facts);
    const version = await deps.manifests.openVersion(subject, {
      ...versionOf(training),
      attempt: planned.number,
      endpoint_id: planned.endpointId,
      dead_by: new Date(planned.attemptDeadline).toISOString(),
      data_digest: facts.dataset.digest,
      ...(versionName !== undefined && { name: versionName }),
    });
    if (deps.clock.monotonic() - since <= PLAN_STANDS_MS) return { planned, version };
  }
  throw new ObjectStoreError(subject.id, 'the store is too slow to write a version', { retryable: true });
};

/** What was frozen at accept must be what is sent (SPEC §2). */
const templateFault = (deps: PrepareDeps, { request }: Queued): Prepared | undefined => {
  const { name, hash } = request.template;
  if (request.workflow || deps.workflows.templateHash(name) === hash) return undefined;
  const message = `the template ${name} is another than when the training was accepted; retry it to use the present one`;
  return faulty('configuration', 'template_changed', message);
};

const ready = async (deps: PrepareDeps, training: Queued, jobToken: string): Promise<Prepared> => {
  const { request } = training;
  const changed = templateFault(deps, training);
  if (changed) return changed;
  const dataset = await lookAtDataset(deps.objects, {
    kind: request.subject.kind,
    trigger: request.trigger,
    imageUris: request.imageUris,
  });
  // Also for data at fault: their digest counts among the failures of the same data (SPEC §8).
  const expected = await expectationOf(deps, training);
  const { planned, version } = await open(deps, training, { jobToken, dataset, expected });
  const errors = datasetErrors(dataset.report);
  if (errors.length > 0) return faulty('data', 'dataset', errors.map(({ message }) => message).join('; '));
  const attempt = { ...planned, versionName: version.name, modelName: nameOfModel(training, version.name) };
  const submission = await submissionOf(deps, training, { attempt, dataset });
  return { kind: 'ready', attempt, submission };
};

const isConfiguration = (
  error: unknown,
): error is VersionNameTakenError | InvalidWorkflowError | CorruptDocumentError =>
  error instanceof VersionNameTakenError ||
  error instanceof InvalidWorkflowError ||
  error instanceof CorruptDocumentError;

/**
 * Looks at the data, opens the version and builds the request. Nothing is paid for; a second call for the same
 * training finds its version again. Never throws: a fault that nobody foresaw must not hold the line up.
 */
export const prepare = async (deps: PrepareDeps, training: Queued, jobToken: string): Promise<Prepared> => {
  try {
    return await ready(deps, training, jobToken);
  } catch (error) {
    if (isConfiguration(error)) return faulty('configuration', error.code, error.message);
    if (!(error instanceof ObjectStoreError))
      return { kind: 'not_now', reason: `it could not be prepared: ${String(error)}`, cause: 'unknown' };
    return error.retryable ? away(error) : refusedBy(deps, error);
  }
};

const away = ({ message }: ObjectStoreError): Prepared => ({
  kind: 'not_now',
  reason: `the object store cannot be used: ${message}`,
  cause: 'away',
});

/** A store that refuses everyone is nobody's own fault; one that refuses this training's document alone is its. */
const refusedBy = async (deps: PrepareDeps, error: ObjectStoreError): Promise<Prepared> => {
  const fault = await probeStore(deps);
  if (fault === undefined) return faulty('configuration', 'store_refused', error.message);
  if (fault.retryable) return away(fault);
  return { kind: 'not_now', reason: `the object store refuses: ${fault.message}`, cause: 'refused' };
};
