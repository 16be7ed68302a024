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
import { probeStore } from '../gate/store-probe.ts';
import { CorruptDocumentError } from '../ports/catalogue.ts';
import { type VersionEntry, VersionNameTakenError } from '../ports/manifests.ts';
import { ObjectStoreError } from '../ports/object-store.ts';
import type { Submission } from '../ports/provider.ts';
import { InvalidWorkflowError } from '../ports/workflows.ts';
import { toVersionEntry } from '../versions/version-entry.ts';
import type { SnoozeReason } from './snooze.ts';
import { buildSubmission } from './submission.ts';

export type PrepareDeps = Pick<
  Deps,
  'objects' | 'manifests' | 'workflows' | 'clock' | 'ids' | 'settings' | 'budgets'
>;

/** What is decided at dispatch, before a slot is taken and anything is paid for (SPEC §2). */
export type PrepareResult =
  | { readonly kind: 'ready'; readonly attempt: Attempt; readonly submission: Submission }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | ({ readonly kind: 'snooze' } & SnoozeReason);

/**
 * Looks at the data, opens the version and builds the request. Nothing is paid for; a second call for the same
 * training finds its version again. Never throws: a fault that nobody foresaw must not hold the line up.
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
      return { kind: 'snooze', reason: `it could not be prepared: ${String(error)}`, cause: 'unknown' };
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
  facts: PlanInput,
): Omit<Attempt, 'versionName' | 'modelName'> {
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
    lockToken: facts.lockToken,
    nonce: deps.ids.nonce(),
    dataDigest: facts.dataset.digest,
    warnings: facts.dataset.report.findings
      .filter(({ severity }) => severity === 'warning')
      .map(({ code, message }) => ({ code, message })),
    expected: facts.expected,
  };
}

function chooseModelName(training: Queued, versionName: string): string {
  const { subject, modelName: given, versionName: wanted } = training.request;
  if (given !== undefined) return given;
  return toModelName(subject, subject.kind === 'style' && wanted === undefined ? undefined : versionName);
}

/** What is known now of the time and price of its run. */
async function getExpectation(deps: PrepareDeps, { request }: Queued): Promise<Expectation> {
  const { durationSeconds, costUsd, pool, basis } = await estimateTraining(deps, request.hyperparameters);
  return {
    durationSeconds,
    pool,
    ...(costUsd !== undefined && { costUsd }),
    ...(basis.usdPerSecond !== undefined && { usdPerSecond: basis.usdPerSecond }),
  };
}

/** How old a plan may be once its version is written: a part of the grace that `dead_by` holds. */
const PLAN_VALID_MS = 2 * 60_000;
const MAX_PLANS = 3;

type AttemptPlan = ReturnType<typeof planAttempt>;

/** Opens the version with what is planned; a store that takes minutes for it gets a fresh plan. */
async function openVersion(
  deps: PrepareDeps,
  training: Queued,
  facts: PlanInput,
): Promise<{ readonly planned: AttemptPlan; readonly version: VersionEntry }> {
  const { subject, versionName } = training.request;
  for (let plans = 0; plans < MAX_PLANS; plans += 1) {
    const since = deps.clock.monotonic();
    const planned = planAttempt(deps, training, facts);
    const version = await deps.manifests.openVersion(subject, {
      ...toVersionEntry(training),
      attempt: planned.number,
      endpoint: planned.endpointId,
      attempt_deadline: new Date(planned.attemptDeadline).toISOString(),
      data_digest: facts.dataset.digest,
      ...(versionName !== undefined && { name: versionName }),
    });
    if (deps.clock.monotonic() - since <= PLAN_VALID_MS) return { planned, version };
  }
  throw new ObjectStoreError(subject.id, 'the store is too slow to write a version', { retryable: true });
}

/** What was frozen at accept must be what is sent (SPEC §2). */
function checkTemplate(deps: PrepareDeps, { request }: Queued): PrepareResult | undefined {
  const { name, hash } = request.template;
  if (request.workflow || deps.workflows.templateHash(name) === hash) return undefined;
  const message = `the template ${name} is another than when the training was accepted; retry it to use the present one`;
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
  // Also for data at fault: their digest counts among the failures of the same data (SPEC §8).
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
  return { kind: 'ready', attempt, submission };
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
    kind: 'snooze',
    reason: `the object store cannot be used: ${message}`,
    cause: 'unavailable',
  };
}

/** A store that refuses everyone is nobody's own fault; one that refuses this training's document alone is its. */
async function classifyRefusal(deps: PrepareDeps, error: ObjectStoreError): Promise<PrepareResult> {
  const fault = await probeStore(deps);
  if (fault === undefined) return failPreparation('configuration', 'store_refused', error.message);
  if (fault.retryable) return snoozeUnavailable(fault);
  return { kind: 'snooze', reason: `the object store refuses: ${fault.message}`, cause: 'refused' };
}
