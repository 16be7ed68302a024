import { randomUUID } from 'node:crypto';
import type { AcceptAnswer, EventRecord, StartAnswer, TrainingStore } from '@trainyard/application';
import type { Queued } from '@trainyard/domain';
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
      const change = changeOf(keys, { training, record, before }, { nonce: randomUUID() });
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
