import {
  type Attempt,
  calculateAttemptDeadline,
  type Expectation,
  type Queued,
  toOutputKey,
  toRunLimits,
} from '@trainyard/domain';
import { estimateTraining } from '../budgets/estimate.ts';
import type { InspectedDataset } from '../dataset/inspect.ts';
import type { Deps } from '../deps.ts';
import { ObjectStoreError } from '../errors.ts';
import { toAttemptNames, toKeyFacts } from '../versions/model-keys.ts';
import { toVersionEntry } from '../versions/version-entry.ts';

/** The ports of a plan. */
export type PlanDeps = Pick<Deps, 'manifests' | 'clock' | 'ids' | 'settings' | 'budgets'>;

/** The input of a plan besides the training. */
export interface PlanInput {
  /** The lock token of the claimed job. */
  readonly lockToken: string;
  readonly dataset: InspectedDataset;
}

/** The maximum age of a plan when its version is written. It is a part of the grace in the attempt's deadline. */
const PLAN_VALID_MS = 2 * 60_000;
const MAX_PLANS = 3;

/**
 * Plans the next attempt of a training (limits, deadline, output key, expected cost) and opens its version in the
 * manifest. A write that took longer than 2 min makes the plan too old; it is planned and written again, at most 3
 * times. A second call for the same training reuses its version.
 * Throws a retryable ObjectStoreError after the third plan, and the errors of `manifests.openVersion`.
 */
export async function planAttempt(deps: PlanDeps, training: Queued, input: PlanInput): Promise<Attempt> {
  const expected = await getExpectation(deps, training);
  for (let plans = 0; plans < MAX_PLANS; plans += 1) {
    const since = deps.clock.monotonic();
    const planned = toPlan(deps, training, { ...input, expected });
    const attempt = await openVersion(deps, training, planned);
    if (deps.clock.monotonic() - since <= PLAN_VALID_MS) return attempt;
  }
  throw new ObjectStoreError(
    training.request.subject.id,
    'writing the version took longer than 2 min three times',
    { retryable: true },
  );
}

/** The expected duration and cost of the run. */
async function getExpectation(deps: PlanDeps, { request }: Queued): Promise<Expectation> {
  const { durationSeconds, costUsd, pool, basis } = await estimateTraining(deps, request);
  return {
    durationSeconds,
    pool,
    ...(costUsd !== undefined && { costUsd }),
    ...(basis.usdPerSecond !== undefined && { usdPerSecond: basis.usdPerSecond }),
  };
}

type AttemptPlan = Omit<Attempt, 'versionName' | 'modelName' | 'outputName' | 'outputKey'>;

function toPlan(
  { settings, clock, ids }: PlanDeps,
  training: Queued,
  { lockToken, dataset, expected }: PlanInput & { readonly expected: Expectation },
): AttemptPlan {
  const number = training.attemptsStarted + 1;
  const startedAt = clock.now();
  const limits = toRunLimits(expected.durationSeconds, settings);
  return {
    number,
    startedAt,
    endpointId: settings.endpointId,
    ...limits,
    attemptDeadline: calculateAttemptDeadline(startedAt, limits.ttlMs),
    lockToken,
    nonce: ids.nonce(),
    dataDigest: dataset.digest,
    warnings: dataset.report.findings
      .filter(({ severity }) => severity === 'warning')
      .map(({ code, message }) => ({ code, message })),
    expected,
  };
}

/** Writes the version entry, whose name completes the plan: model name and output key may contain it. */
async function openVersion(deps: PlanDeps, training: Queued, planned: AttemptPlan): Promise<Attempt> {
  const { subject, versionName } = training.request;
  const complete = (name: string): Attempt => completePlan(deps, training, planned, name);
  const { name } = await deps.manifests.openVersion(
    subject,
    {
      ...toVersionEntry(training),
      attempt: planned.number,
      endpoint: planned.endpointId,
      attempt_deadline: new Date(planned.attemptDeadline).toISOString(),
      ...(planned.dataDigest !== undefined && { data_digest: planned.dataDigest }),
      ...(versionName !== undefined && { name: versionName }),
    },
    (assigned) => complete(assigned).outputKey,
  );
  return complete(name);
}

function completePlan(
  { settings }: PlanDeps,
  training: Queued,
  planned: AttemptPlan,
  versionName: string,
): Attempt {
  const { id, request } = training;
  const names = toAttemptNames(training, { number: planned.number, versionName }, settings);
  const attempt = { ...planned, ...names, versionName, outputKey: '' };
  const outputKey = toOutputKey(toKeyFacts({ id, request, attempt }), settings.modelKeyTemplate);
  return { ...attempt, outputKey };
}
