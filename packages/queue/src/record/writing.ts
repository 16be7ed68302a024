import { randomUUID } from 'node:crypto';
import type { AcceptAnswer, EventRecord, News, StartAnswer, TrainingStore } from '@trainyard/application';
import { newsOf, type Queued, type Training } from '@trainyard/domain';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';
import { changeOf, eventRecord } from './change.ts';
import { CLAIM_SECONDS } from './claims.ts';
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

const acceptAnswer = ([kind, trainingId = '', priority]: readonly string[]): AcceptAnswer => {
  if (kind === 'replayed') return { kind, trainingId, priority: Number(priority) };
  if (kind === 'conflict' || kind === 'subject_busy') return { kind, trainingId };
  return { kind: 'accepted' };
};

/** What others are told of the change; put down in the write that makes it (SPEC §10). */
const newsFacts = (keys: Keys, before: Training, after: Training): Readonly<Record<string, unknown>> => {
  const type = newsOf(before, after);
  if (type === undefined) return {};
  const reason = type === 'training.needs_attention' ? after.needsAttention?.reason : undefined;
  const news: News = {
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
  accept: (training, { claim, exclusive }) =>
    guarded(async () => {
      const change = changeOf(
        keys,
        { training, record: acceptedEvent(training) },
        {
          nonce: randomUUID(),
          exclusive,
          priority: training.priority,
          claimSeconds: CLAIM_SECONDS,
          ...(claim && { claim: keys.claim(claim.key), fingerprint: claim.fingerprint }),
        },
      );
      return acceptAnswer((await run(redis, ACCEPT, change)) as string[]);
    }),
  save: (training, event, before) =>
    guarded(async () => {
      const record = eventRecord(training, event, before);
      const change = changeOf(
        keys,
        { training, record, before },
        { nonce: randomUUID(), ...newsFacts(keys, before, training) },
      );
      return (await run(redis, SAVE, change)) as 'saved' | 'stale';
    }),
  start: (training, event, { before, adoptedFrom }) =>
    guarded(async () => {
      if (training.status !== 'submitting') return 'stale';
      const { nonce, jobToken, number: attempt } = training.attempt;
      const record = eventRecord(training, event, before);
      const change = changeOf(
        keys,
        { training, record, before },
        {
          nonce,
          jobToken,
          attempt,
          lockMs: LOCK_MS,
          ...(adoptedFrom !== undefined && { adoptedFrom }),
        },
      );
      const more = [keys.jobLock(training.id), keys.activeJobs];
      return (await run(redis, START, change, more)) as StartAnswer;
    }),
});
