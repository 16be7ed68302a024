import { randomUUID } from 'node:crypto';
import {
  type AcceptResult,
  getRunClaim,
  type IdempotencyClaim,
  type StreakChange,
  type TrainingStore,
  toAcceptedRecord,
  toEventRecord,
  toTrainingNotification,
} from '@trainyard/application';
import {
  holdsSlot,
  isTerminal,
  type Queued,
  type RunClaim,
  type Training,
  type TrainingEvent,
} from '@trainyard/domain';
import type { Redis } from 'ioredis';
import { toMicroUsd, toUsd } from '../control/budgets.ts';
import { CLAIM_SECONDS } from '../control/claims.ts';
import { toClosing } from '../control/control.ts';
import type { Replication } from '../control/replication.ts';
import { withStoreErrors } from '../redis/calls.ts';
import type { Keys } from '../redis/keys.ts';
import { acceptTraining, type RunFacts, saveTraining, startAttempt } from '../scripts/training-scripts.ts';
import { createChange } from './change.ts';

/** The duration of a job's lock, ten years: a slot is released by the end of its run, never by a timeout (I8). */
export const LOCK_MS = 10 * 365 * 24 * 3_600_000;

type Writes = Pick<TrainingStore, 'accept' | 'findAccepted' | 'save' | 'start'>;

/**
 * The writes of a training: acceptance, each later revision, and the start of an attempt. The replicas confirm an
 * acceptance before its 202, a start before its request to the provider, and an end before it is reported.
 */
export function createWrites(redis: Redis, keys: Keys, { confirm }: Replication): Writes {
  return {
    accept: (training, options) =>
      withStoreErrors(() => confirm(() => accept(redis, keys, training, options), isAccepted)),
    findAccepted: (claim) => withStoreErrors(() => confirm(() => readClaim(redis, keys, claim), isAccepted)),
    save: (...revision) =>
      withStoreErrors(() =>
        confirm(
          () => save(redis, keys, ...revision),
          (result) => result === 'saved' && isTerminal(revision[0]),
        ),
      ),
    start: (...revision) =>
      withStoreErrors(() =>
        confirm(
          () => start(redis, keys, ...revision),
          (result) => result === 'started',
        ),
      ),
  };
}

/** Whether the request is answered with 202, also as the repetition of an earlier request. */
function isAccepted(result: Pick<AcceptResult, 'kind'> | undefined): boolean {
  return result?.kind === 'accepted' || result?.kind === 'replayed';
}

async function accept(
  redis: Redis,
  keys: Keys,
  training: Queued,
  { claim, exclusive, batchBudgetUsd }: Parameters<Writes['accept']>[1],
): Promise<AcceptResult> {
  const change = createChange(
    keys,
    { training, record: toAcceptedRecord(training) },
    {
      nonce: randomUUID(),
      exclusive,
      priority: training.priority,
      claimSeconds: CLAIM_SECONDS,
      hold: training.hold ? JSON.stringify(training.hold) : '',
      ...(batchBudgetUsd !== undefined &&
        training.request.batchId !== undefined && { initialBatchBudget: toMicroUsd(batchBudgetUsd) }),
      ...(claim && { claimKey: keys.claim(claim.key), fingerprint: claim.fingerprint }),
    },
  );
  return parseAcceptReply(await acceptTraining(redis, change));
}

function save(
  redis: Redis,
  keys: Keys,
  ...[training, event, before, streaks = []]: Parameters<Writes['save']>
): ReturnType<Writes['save']> {
  const record = toEventRecord(training, event, before);
  const change = createChange(
    keys,
    { training, record, before },
    {
      nonce: randomUUID(),
      withinBatchBudget: event.type === 'budget_released' && event.withinBatchBudget,
      ...toOutboxFacts(keys, before, training),
      ...(streaks.length > 0 && { streaks: streaks.map(toStreakFacts), gateOutboxKey: keys.outbox }),
      ...toRunFacts(keys, training, event, before),
      ...toSlotFacts(training, before),
    },
  );
  return saveTraining(redis, change);
}

async function start(
  redis: Redis,
  keys: Keys,
  ...[training, event, { before, previousLockToken }]: Parameters<Writes['start']>
): ReturnType<Writes['start']> {
  if (training.status !== 'submitting') return 'stale';
  const { nonce, lockToken, number: attempt } = training.attempt;
  const record = toEventRecord(training, event, before);
  const change = createChange(
    keys,
    { training, record, before },
    {
      nonce,
      lockToken,
      attempt,
      lockMs: LOCK_MS,
      ...(previousLockToken !== undefined && { previousLockToken }),
    },
  );
  return startAttempt(redis, keys, training.id, change);
}

/** The result of an earlier acceptance with this Idempotency-Key. */
async function readClaim(
  redis: Redis,
  keys: Keys,
  { key, fingerprint }: IdempotencyClaim,
): ReturnType<TrainingStore['findAccepted']> {
  const fields = ['fingerprint', 'id', 'priority', 'hold'];
  const [storedFingerprint, trainingId, priority = null, hold = null] = await redis.hmget(
    keys.claim(key),
    ...fields,
  );
  if (!storedFingerprint || !trainingId) return undefined;
  return storedFingerprint === fingerprint
    ? toReplayed(trainingId, priority, hold)
    : { kind: 'conflict', trainingId };
}

/** The run that the save claims. */
function toRunFacts(keys: Keys, ...change: [Training, TrainingEvent, Training]) {
  const saved = getRunClaim(...change);
  return saved ? { run: { ...toRunEntry(keys, saved.claim), outranks: saved.outranks } } : {};
}

/** A run as the scripts claim it. */
export function toRunEntry(keys: Keys, { attempt, endpointId, runId, answered }: RunClaim): RunFacts {
  return { key: keys.runOwner(endpointId, runId), attempt, ...(answered && { answered }) };
}

/** A training that returns its run holds a slot again. Every other slot is acquired by the start of an attempt. */
function toSlotFacts(training: Training, before: Training) {
  return holdsSlot(training) && !holdsSlot(before) && training.status !== 'submitting'
    ? { reacquiresSlot: true, attempt: training.attempt.number }
    : {};
}

type Replayed = Extract<AcceptResult, { kind: 'replayed' }>;

/** The result of the first acceptance with the same key, from the fields of its claim. */
function toReplayed(trainingId: string, priority: string | null, hold: string | null): Replayed {
  return {
    kind: 'replayed',
    trainingId,
    priority: Number(priority),
    ...(hold && { hold: JSON.parse(hold) as NonNullable<Replayed['hold']> }),
  };
}

function parseAcceptReply([kind, value = '', priority, hold]: readonly string[]): AcceptResult {
  const trainingId = value;
  if (kind === 'over_budget') return { kind, leftUsd: toUsd(value) };
  if (kind === 'replayed') return toReplayed(trainingId, priority ?? null, hold ?? null);
  if (kind === 'conflict' || kind === 'subject_busy') return { kind, trainingId };
  return { kind: 'accepted' };
}

/** A change of a streak as `includes/streaks.lua` reads it, with the gate and its notification as JSON. */
function toStreakFacts({ name, add }: StreakChange) {
  if (!add) return { name };
  const { gate, ...rest } = add;
  return { name, add: { ...rest, reopensWhen: gate.reopensWhen, ...toClosing(gate) } };
}

/** The notification of the change; the same script adds it to the outbox (docs/concepts/notifications.md). */
function toOutboxFacts(keys: Keys, before: Training, after: Training): Readonly<Record<string, unknown>> {
  const notification = toTrainingNotification(before, after);
  return notification ? { outboxKey: keys.outbox, notification: JSON.stringify(notification) } : {};
}
