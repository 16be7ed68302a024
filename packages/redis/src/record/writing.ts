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
import { changeOf, eventRecord } from './change.ts';
import { CLAIM_SECONDS } from './claims.ts';
import { micro, usdOf } from './money/facts.ts';
import { guarded, run } from './run.ts';
import { ACCEPT, SAVE, START } from './scripts.ts';

/** Ten years: a slot belongs to the run, never to a clock (I8). */
export const LOCK_MS = 10 * 365 * 24 * 3_600_000;

const acceptedEvent = (training: Queued): EventRecord => ({
  seq: training.rev,
  at: training.acceptedAt,
  type: 'accepted',
  from: null,
  to: 'queued',
  cause: 'api',
  detail: { priority: training.priority, source: training.request.source },
});

type Replayed = Extract<AcceptResult, { kind: 'replayed' }>;

/** What was answered when the key came first. */
export const replayed = (trainingId: string, priority: string | null, hold: string | null): Replayed => ({
  kind: 'replayed',
  trainingId,
  priority: Number(priority),
  ...(hold && { hold: JSON.parse(hold) as NonNullable<Replayed['hold']> }),
});

const acceptAnswer = ([kind, told = '', priority, hold]: readonly string[]): AcceptResult => {
  const trainingId = told;
  if (kind === 'over_budget') return { kind, leftUsd: usdOf(told) };
  if (kind === 'replayed') return replayed(trainingId, priority ?? null, hold ?? null);
  if (kind === 'conflict' || kind === 'subject_busy') return { kind, trainingId };
  return { kind: 'accepted' };
};

/** What others are told of the change; put down in the write that makes it (SPEC §10). */
const newsFacts = (keys: Keys, before: Training, after: Training): Readonly<Record<string, unknown>> => {
  const type = notificationTypeFrom(before, after);
  if (type === undefined) return {};
  const reason = type === 'training.needs_attention' ? getAttentionReason(after) : undefined;
  const news: Notification = {
    id: `${after.id}.${after.rev}`,
    type,
    at: after.changedAt,
    trainingId: after.id,
    ...(reason !== undefined && { reason }),
  };
  return { outbox: keys.outbox, news: JSON.stringify(news) };
};

/** The three writes of a training’s life. */
export const writing = (redis: Redis, keys: Keys): Pick<TrainingStore, 'accept' | 'save' | 'start'> => ({
  accept: (training, { claim, exclusive, batchBudgetUsd }) =>
    guarded(async () => {
      const change = changeOf(
        keys,
        { training, record: acceptedEvent(training) },
        {
          nonce: randomUUID(),
          exclusive,
          priority: training.priority,
          claimSeconds: CLAIM_SECONDS,
          hold: training.hold ? JSON.stringify(training.hold) : '',
          ...(batchBudgetUsd !== undefined &&
            training.request.batchId !== undefined && { batchBudget: micro(batchBudgetUsd) }),
          ...(claim && { claim: keys.claim(claim.key), fingerprint: claim.fingerprint }),
        },
      );
      return acceptAnswer((await run(redis, ACCEPT, change)) as string[]);
    }),
  save: (training, event, before) =>
    guarded(async () => {
      const record = eventRecord(training, event, before);
      const withinPurse = event.type === 'budget_released' && event.withinBatchBudget;
      const change = changeOf(
        keys,
        { training, record, before },
        { nonce: randomUUID(), withinPurse, ...newsFacts(keys, before, training) },
      );
      return (await run(redis, SAVE, change)) as SaveResult;
    }),
  start: (training, event, { before, previousLockToken }) =>
    guarded(async () => {
      if (training.status !== 'submitting') return 'stale';
      const { nonce, lockToken, number: attempt } = training.attempt;
      const record = eventRecord(training, event, before);
      const change = changeOf(
        keys,
        { training, record, before },
        {
          nonce,
          jobToken: lockToken,
          attempt,
          lockMs: LOCK_MS,
          ...(previousLockToken !== undefined && { adoptedFrom: previousLockToken }),
        },
      );
      const more = [keys.jobLock(training.id), keys.activeJobs];
      return (await run(redis, START, change, more)) as StartResult;
    }),
});
