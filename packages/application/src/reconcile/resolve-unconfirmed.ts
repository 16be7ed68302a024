import { FIRST_COUNT_AFTER_MS, type Training, type TrainingEvent, type TrainingIn } from '@trainyard/domain';
import { advance } from '../lifecycle/advance.ts';
import { readTrainings } from '../lifecycle/read-trainings.ts';
import { RunBelongsToAnotherError } from '../lifecycle/revision.ts';
import {
  attemptDeadline,
  type Deadline,
  hasPassed,
  SUBMISSION_UNCONFIRMED_AFTER_MS,
} from '../lifecycle/timeouts.ts';
import { isOnEndpoint } from '../maintenance/watch.ts';
import type { RunInput } from '../ports/provider.ts';
import { countEndpointRuns } from './count-runs.ts';
import { type FoundOutput, findOutput } from './find-output.ts';
import type { PollDeps } from './poll-run.ts';

type Unconfirmed = TrainingIn<'unconfirmed'>;

/**
 * Resolves an unconfirmed submission by evidence, strongest first: a webhook's run that RunPod confirms, an output in the
 * object store, the endpoint's count of runs. Never submits (I2, docs/concepts/unconfirmed-submissions.md).
 * Throws ObjectStoreError, StoreUnavailableError.
 */
export async function resolveUnconfirmed(deps: PollDeps, training: Unconfirmed): Promise<Training> {
  const webhookRun = await findWebhookRun(deps, training);
  const evidence =
    (webhookRun === 'undecided' ? undefined : webhookRun) ?? (await findStoredOutput(deps, training));
  if (evidence === 'undecided' && deps.settings.exclusiveEndpoint) return training;
  const event =
    evidence === undefined || evidence === 'undecided'
      ? await evaluateEndpointCount(deps, training)
      : evidence;
  if (!event || (webhookRun === 'undecided' && event.type === 'endpoint_counted')) return training;
  return advance(deps, training.id, event).catch((error: unknown) => {
    // A different attempt claimed the run since it was looked up; the next poll reads the other evidence.
    if (error instanceof RunBelongsToAnotherError) return training;
    throw error;
  });
}

/**
 * Marks a submission unconfirmed 45 s after its start when no result is saved: its dispatcher ended, or its call has
 * timed out.
 */
export async function markSubmissionUnconfirmed(
  deps: PollDeps,
  training: TrainingIn<'submitting'>,
): Promise<Training> {
  const { startedAt: since, number: attempt } = training.attempt;
  const deadline = { since, durationMs: SUBMISSION_UNCONFIRMED_AFTER_MS };
  if (!hasPassed(deps, deadline)) return training;
  return advance(deps, training.id, (now) => {
    if (now.status !== 'submitting' || now.attempt.number !== attempt) return undefined;
    const reason = 'no answer to the submission was saved';
    return { type: 'submission_unclear', at: deps.clock.now(), cause: 'sweep', attempt, reason };
  });
}

/**
 * Finds a run that a webhook names and that this attempt may adopt: RunPod knows the run (I6), no other attempt owned it,
 * its input names this attempt where RunPod repeats the input, and no other submission to the endpoint is in flight,
 * whose run it may be. While this cannot be decided, no count is evaluated.
 */
async function findWebhookRun(
  deps: PollDeps,
  training: Unconfirmed,
): Promise<TrainingEvent | 'undecided' | undefined> {
  const { id, attempt } = training;
  let undecided = false;
  for (const { runId } of await deps.store.listWebhooks(id, attempt.number)) {
    if (runId === undefined || (await isForeignRun(deps, training, runId))) continue;
    const observed = await deps.provider.observe(attempt.endpointId, runId);
    if (observed.kind === 'missing') continue;
    if (observed.kind !== 'live' && observed.kind !== 'ended') undecided = true;
    else if (!namesAttempt(observed.input, training)) continue;
    else if (await hasSubmissionInFlight(deps, training)) undecided = true;
    else
      return {
        type: 'submission_accepted',
        at: deps.clock.now(),
        cause: 'webhook',
        attempt: attempt.number,
        runId,
      };
  }
  return undecided ? 'undecided' : undefined;
}

async function isForeignRun(deps: PollDeps, { id, attempt }: Unconfirmed, runId: string): Promise<boolean> {
  const owner = await deps.store.findRunOwner(attempt.endpointId, runId);
  return owner !== undefined && (owner.trainingId !== id || owner.attempt !== attempt.number);
}

/** Whether the input of a run, where RunPod repeats it, names this training and attempt. */
function namesAttempt(input: RunInput | undefined, { id, attempt }: Unconfirmed): boolean {
  return input === undefined || (input.trainingId === id && input.attempt === attempt.number);
}

/**
 * Whether another attempt of the endpoint waits for the answer to its submission: the run may be its run. The attempt of
 * an unreadable training may wait as well.
 */
async function hasSubmissionInFlight(deps: PollDeps, { id, attempt }: Unconfirmed): Promise<boolean> {
  const others = (await deps.store.listActiveAttempts()).filter(({ trainingId }) => trainingId !== id);
  const { items, unreadable } = await readTrainings(
    deps,
    others.map(({ trainingId }) => trainingId),
  );
  return (
    unreadable.length > 0 ||
    items.some((each) => each.status === 'submitting' && isOnEndpoint(attempt.endpointId, each))
  );
}

/**
 * Time after which the run of a stored model counts as ended on a shared endpoint, ms: the number of its runs proves nothing
 * there. A container uploads the model first and returns after the pictures.
 */
const OUTPUT_SETTLED_AFTER_MS = 60_000;

/** Finds the stored model of the attempt. While its run may still be live, it is undecided: the slot stays in use (I8). */
async function findStoredOutput(
  deps: PollDeps,
  training: Unconfirmed,
): Promise<TrainingEvent | 'undecided' | undefined> {
  const { attempt } = training;
  const output = await findOutput(deps, training);
  if (!output) return undefined;
  if (!(await hasRunEnded(deps, training, output))) return 'undecided';
  const { uri: loraUrl, sizeBytes } = output;
  return {
    type: 'output_found',
    at: deps.clock.now(),
    cause: 'store',
    attempt: attempt.number,
    output: { loraUrl, sizeBytes },
  };
}

/**
 * Whether the run of a stored model has ended: the known runs explain every run of the exclusive endpoint, the endpoint is
 * gone, or the attempt's deadline has passed. The age of the file alone releases no slot of an exclusive endpoint (I8).
 */
async function hasRunEnded(
  deps: PollDeps,
  { attempt }: Unconfirmed,
  { lastModifiedMs }: FoundOutput,
): Promise<boolean> {
  if (hasPassed(deps, attemptDeadline(attempt))) return true;
  if (!deps.settings.exclusiveEndpoint)
    return deps.clock.now() - deps.clock.fromReal(lastModifiedMs) >= OUTPUT_SETTLED_AFTER_MS;
  const counts = await countEndpointRuns(deps, attempt.endpointId);
  return counts === 'gone' || (counts !== undefined && counts.onEndpoint <= counts.known);
}

const SHARED_ENDPOINT_REASON = 'it is unknown whether a run exists, because the endpoint is shared';
const PAST_DEADLINE_REASON =
  'the attempt deadline has passed, but the endpoint still has a run that may belong to the attempt';

/**
 * A request that became unconfirmed just now may still be in transit at any age: the clock of Redis may have
 * jumped.
 */
function firstCountDeadline({ since }: Unconfirmed): Deadline {
  return { since, durationMs: FIRST_COUNT_AFTER_MS };
}

/** Compares the endpoint's count with the known live runs. After the attempt's deadline a matching count ends the attempt. */
async function evaluateEndpointCount(
  deps: PollDeps,
  training: Unconfirmed,
): Promise<TrainingEvent | undefined> {
  const { attempt } = training;
  const { exclusiveEndpoint } = deps.settings;
  const counts = await countEndpointRuns(deps, attempt.endpointId);
  const base = { at: deps.clock.now(), cause: 'poll', attempt: attempt.number } as const;
  const isPast = hasPassed(deps, attemptDeadline(attempt)) && hasPassed(deps, firstCountDeadline(training));
  if (counts === 'gone') return isPast ? { ...base, type: 'attempt_expired' } : undefined;
  if (counts === undefined) return undefined;
  const unaccounted = counts.onEndpoint - counts.known;
  if (isPast && (!exclusiveEndpoint || unaccounted <= 0)) return { ...base, type: 'attempt_expired' };
  if (isPast || !exclusiveEndpoint)
    return {
      ...base,
      type: 'attention_raised',
      reason: exclusiveEndpoint ? PAST_DEADLINE_REASON : SHARED_ENDPOINT_REASON,
    };
  const { unconfirmed, inFlight } = counts;
  return { ...base, type: 'endpoint_counted', unaccounted, unconfirmed, inFlight };
}
