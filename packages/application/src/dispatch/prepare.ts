import {
  type Attempt,
  calculateAttemptDeadline,
  datasetErrors,
  type Expectation,
  type Failure,
  type Queued,
  toModelName,
  toOutputKey,
  toRunLimits,
} from '@trainyard/domain';
import { estimateTraining } from '../budgets/estimate.ts';
import { type InspectedDataset, inspectDataset } from '../dataset/inspect.ts';
import type { Deps } from '../deps.ts';
import {
  CorruptDocumentError,
  InvalidWorkflowError,
  ObjectStoreError,
  VersionNameTakenError,
} from '../errors.ts';
import { probeStore } from '../gate/store-probe.ts';
import type { Submission } from '../ports/provider.ts';
import type { VersionEntry } from '../ports/storage/manifests.ts';
import { toVersionEntry } from '../versions/version-entry.ts';
import { type DispatchOutcome, exceedsTrainingBudget } from './outcome.ts';
import { buildSubmission } from './submission.ts';

/** The ports of a preparation. */
export type PrepareDeps = Pick<
  Deps,
  'objects' | 'manifests' | 'workflows' | 'clock' | 'ids' | 'settings' | 'budgets'
>;

/** An attempt that is ready for its slot, or the outcome of a dispatch that ends here. */
export type PrepareResult =
  | { readonly kind: 'ready'; readonly attempt: Attempt; readonly submission: Submission }
  | Extract<DispatchOutcome, { kind: 'failed' | 'snoozed' | 'held' }>;

/**
 * Inspects the dataset, opens the version in the manifest, builds the request and compares the expected cost with the
 * training's budget. No slot is acquired and no cost arises. A second call for the same training reuses its version.
 * Never throws: an unexpected error snoozes this training, and the queue continues with the next training.
 */
export async function prepare(
  deps: PrepareDeps,
  training: Queued,
  lockToken: string,
): Promise<PrepareResult> {
  try {
    return await prepareAttempt(deps, training, lockToken);
  } catch (error) {
    if (isConfigurationError(error)) return failPreparation('configuration', error.code, error.message);
    if (!(error instanceof ObjectStoreError))
      return { kind: 'snoozed', reason: `preparation failed: ${String(error)}`, cause: 'unknown' };
    return error.retryable ? snoozeUnavailable(error) : classifyRefusal(deps, error);
  }
}

function failPreparation(cls: Failure['class'], code: string, message: string): PrepareResult {
  return {
    kind: 'failed',
    failure: { class: cls, code, message },
  };
}

interface PlanInput {
  readonly lockToken: string;
  readonly dataset: InspectedDataset;
  readonly expected: Expectation;
}

function planAttempt(
  deps: PrepareDeps,
  training: Queued,
  input: PlanInput,
): Omit<Attempt, 'versionName' | 'modelName'> {
  const { settings } = deps;
  const number = training.attemptsStarted + 1;
  const startedAt = deps.clock.now();
  const limits = toRunLimits(input.expected.durationSeconds, settings);
  return {
    number,
    startedAt,
    endpointId: settings.endpointId,
    ...limits,
    attemptDeadline: calculateAttemptDeadline(startedAt, limits.ttlMs),
    outputKey: toOutputKey(training.id, number),
    lockToken: input.lockToken,
    nonce: deps.ids.nonce(),
    dataDigest: input.dataset.digest,
    warnings: input.dataset.report.findings
      .filter(({ severity }) => severity === 'warning')
      .map(({ code, message }) => ({ code, message })),
    expected: input.expected,
  };
}

function chooseModelName(training: Queued, versionName: string): string {
  const { subject, modelName: given, versionName: wanted } = training.request;
  if (given !== undefined) return given;
  return toModelName(subject, subject.kind === 'style' && wanted === undefined ? undefined : versionName);
}

/** The expected duration and cost of the run. */
async function getExpectation(deps: PrepareDeps, { request }: Queued): Promise<Expectation> {
  const { durationSeconds, costUsd, pool, basis } = await estimateTraining(deps, request.hyperparameters);
  return {
    durationSeconds,
    pool,
    ...(costUsd !== undefined && { costUsd }),
    ...(basis.usdPerSecond !== undefined && { usdPerSecond: basis.usdPerSecond }),
  };
}

/** The maximum age of a plan when its version is written. It is a part of the grace in the attempt's deadline. */
const PLAN_VALID_MS = 2 * 60_000;
const MAX_PLANS = 3;

type AttemptPlan = ReturnType<typeof planAttempt>;

/**
 * Opens the version with the planned attempt. A write that took longer than 2 min makes the plan too old; it is planned
 * and written again, at most 3 times. Throws a retryable ObjectStoreError after that.
 */
async function openVersion(
  deps: PrepareDeps,
  training: Queued,
  input: PlanInput,
): Promise<{ readonly planned: AttemptPlan; readonly version: VersionEntry }> {
  const { subject, versionName } = training.request;
  for (let plans = 0; plans < MAX_PLANS; plans += 1) {
    const since = deps.clock.monotonic();
    const planned = planAttempt(deps, training, input);
    const version = await deps.manifests.openVersion(subject, {
      ...toVersionEntry(training),
      attempt: planned.number,
      endpoint: planned.endpointId,
      attempt_deadline: new Date(planned.attemptDeadline).toISOString(),
      data_digest: input.dataset.digest,
      ...(versionName !== undefined && { name: versionName }),
    });
    if (deps.clock.monotonic() - since <= PLAN_VALID_MS) return { planned, version };
  }
  throw new ObjectStoreError(subject.id, 'writing the version took longer than 2 min three times', {
    retryable: true,
  });
}

/** Fails a training whose template changed after accept: the request must match the inputs frozen at accept. */
function checkTemplate(deps: PrepareDeps, { request }: Queued): PrepareResult | undefined {
  const { name, hash } = request.template;
  if (request.workflow || deps.workflows.templateHash(name) === hash) return undefined;
  const message = `the template ${name} changed after the training was accepted; retry the training to use the current template`;
  return failPreparation('configuration', 'template_changed', message);
}

async function prepareAttempt(
  deps: PrepareDeps,
  training: Queued,
  lockToken: string,
): Promise<PrepareResult> {
  const { request } = training;
  const changed = checkTemplate(deps, training);
  if (changed) return changed;
  const dataset = await inspectDataset(deps.objects, {
    kind: request.subject.kind,
    trigger: request.trigger,
    imageUris: request.imageUris,
  });
  // A faulty dataset opens its version too: auto-train counts failures by the digest in the version.
  const expected = await getExpectation(deps, training);
  const { planned, version } = await openVersion(deps, training, { lockToken, dataset, expected });
  const errors = datasetErrors(dataset.report);
  if (errors.length > 0)
    return failPreparation('data', 'dataset', errors.map(({ message }) => message).join('; '));
  const attempt = {
    ...planned,
    versionName: version.name,
    modelName: chooseModelName(training, version.name),
  };
  const submission = await buildSubmission(deps, training, { attempt, dataset });
  return exceedsTrainingBudget(training, attempt)
    ? { kind: 'held', attempt }
    : { kind: 'ready', attempt, submission };
}

function isConfigurationError(
  error: unknown,
): error is VersionNameTakenError | InvalidWorkflowError | CorruptDocumentError {
  return (
    error instanceof VersionNameTakenError ||
    error instanceof InvalidWorkflowError ||
    error instanceof CorruptDocumentError
  );
}

function snoozeUnavailable({ message }: ObjectStoreError): PrepareResult {
  return {
    kind: 'snoozed',
    reason: `the object store is unavailable: ${message}`,
    cause: 'unavailable',
  };
}

/** A probe separates a store that refuses every write (snooze) from the refusal of this training's document (failure). */
async function classifyRefusal(deps: PrepareDeps, error: ObjectStoreError): Promise<PrepareResult> {
  const fault = await probeStore(deps);
  if (fault === undefined) return failPreparation('configuration', 'store_refused', error.message);
  if (fault.retryable) return snoozeUnavailable(fault);
  return { kind: 'snoozed', reason: `the object store refuses access: ${fault.message}`, cause: 'refused' };
}
