import { randomUUID } from 'node:crypto';
import type {
  AcceptResult,
  EventRecord,
  Notification,
  SaveResult,
  StartResult,
  TrainingStore,
} from '@trainyard/application';
import { getAttentionReason, notificationTypeFrom, type Queued, type Training } from '@trainyard/domain';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';
import { ACCEPT_TRAINING, SAVE_TRAINING, START_ATTEMPT } from '../scripts/trainings.ts';
import { toMicroUsd, toUsd } from './budget-facts.ts';
import { createChange, toEventRecord } from './change.ts';
import { CLAIM_SECONDS } from './claims.ts';
import { runScript, withStoreErrors } from './run-script.ts';

/** Ten years: a slot belongs to the run, never to a clock (I8). */
export const LOCK_MS = 10 * 365 * 24 * 3_600_000;

/** The three writes of a training’s life. */
export function createWrites(redis: Redis, keys: Keys): Pick<TrainingStore, 'accept' | 'save' | 'start'> {
  return {
    accept: (training, { claim, exclusive, batchBudgetUsd }) =>
      withStoreErrors(async () => {
        const change = createChange(
          keys,
          { training, record: toAcceptedEvent(training) },
          {
            nonce: randomUUID(),
            exclusive,
            priority: training.priority,
            claimSeconds: CLAIM_SECONDS,
            hold: training.hold ? JSON.stringify(training.hold) : '',
            ...(batchBudgetUsd !== undefined &&
              training.request.batchId !== undefined && { batchBudget: toMicroUsd(batchBudgetUsd) }),
            ...(claim && { claim: keys.claim(claim.key), fingerprint: claim.fingerprint }),
          },
        );
        return parseAcceptAnswer((await runScript(redis, ACCEPT_TRAINING, change)) as string[]);
      }),
    save: (training, event, before) =>
      withStoreErrors(async () => {
        const record = toEventRecord(training, event, before);
        const withinBatchBudget = event.type === 'budget_released' && event.withinBatchBudget;
        const change = createChange(
          keys,
          { training, record, before },
          {
            nonce: randomUUID(),
            withinBatchBudget: withinBatchBudget,
            ...toOutboxFacts(keys, before, training),
          },
        );
        return (await runScript(redis, SAVE_TRAINING, change)) as SaveResult;
      }),
    start: (training, event, { before, previousLockToken }) =>
      withStoreErrors(async () => {
        if (training.status !== 'submitting') return 'stale';
        const { nonce, lockToken, number: attempt } = training.attempt;
        const record = toEventRecord(training, event, before);
        const change = createChange(
          keys,
          { training, record, before },
          {
            nonce,
            lockToken: lockToken,
            attempt,
            lockMs: LOCK_MS,
            ...(previousLockToken !== undefined && { previousLockToken: previousLockToken }),
          },
        );
        const moreKeys = [keys.jobLock(training.id), keys.activeJobs];
        return (await runScript(redis, START_ATTEMPT, change, moreKeys)) as StartResult;
      }),
  };
}

function toAcceptedEvent(training: Queued): EventRecord {
  return {
    seq: training.rev,
    at: training.acceptedAt,
    type: 'accepted',
    from: null,
    to: 'queued',
    cause: 'api',
    detail: { priority: training.priority, source: training.request.source },
  };
}

type Replayed = Extract<AcceptResult, { kind: 'replayed' }>;

/** What was answered when the key came first. */
export function toReplayed(trainingId: string, priority: string | null, hold: string | null): Replayed {
  return {
    kind: 'replayed',
    trainingId,
    priority: Number(priority),
    ...(hold && { hold: JSON.parse(hold) as NonNullable<Replayed['hold']> }),
  };
}

function parseAcceptAnswer([kind, value = '', priority, hold]: readonly string[]): AcceptResult {
  const trainingId = value;
  if (kind === 'over_budget') return { kind, leftUsd: toUsd(value) };
  if (kind === 'replayed') return toReplayed(trainingId, priority ?? null, hold ?? null);
  if (kind === 'conflict' || kind === 'subject_busy') return { kind, trainingId };
  return { kind: 'accepted' };
}

/** What others are told of the change; put down in the write that makes it (SPEC §10). */
function toOutboxFacts(keys: Keys, before: Training, after: Training): Readonly<Record<string, unknown>> {
  const type = notificationTypeFrom(before, after);
  if (type === undefined) return {};
  const reason = type === 'training.needs_attention' ? getAttentionReason(after) : undefined;
  const notification: Notification = {
    id: `${after.id}.${after.rev}`,
    type,
    at: after.changedAt,
    trainingId: after.id,
    ...(reason !== undefined && { reason }),
  };
  return { outbox: keys.outbox, notification: JSON.stringify(notification) };
}
