import {
  type Attempt,
  calculateAttemptDeadline,
  type Obligation,
  type Queued,
  type Training,
  transition,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';
import { isDue, submitWithinMs } from '../lifecycle/timeouts.ts';
import { type Ending, untilSaved, waitedOut } from '../lifecycle/retry-until-saved.ts';
import type { StartAnswer } from '../ports/store-answers.ts';
import type { Taken } from '../ports/training-consumer.ts';
import { StoreUnavailableError } from '../ports/training-store.ts';

type TakeSlotDeps = AdvanceDeps & Ending & Pick<Deps, 'clock'>;

/** A training that is ready to be sent, and by whom. */
export interface Ready {
  readonly taken: Taken;
  readonly attempt: Attempt;
}

/** What became of the wish for a slot. */
export type Slot =
  | {
      readonly kind: 'taken';
      readonly training: Training;
      readonly effects: readonly Obligation[];
      /** Monotonic, before the save: how old it is decides whether the call may still go out. */
      readonly since: number;
    }
  /** Saved or not, it took too long to learn; nothing was sent, and the record knows. */
  | { readonly kind: 'taken_back'; readonly training: Training }
  | {
      readonly kind: 'refused';
      readonly reason: Exclude<StartAnswer, 'started'> | 'not_queued' | 'not_due' | 'unknown' | 'held';
    };

const REPEAT_AFTER_MS = 100;
const STALE_READS = 5;

/** A start that this process alone knows not to have been followed by a call. */
export const takeBack = (
  deps: TakeSlotDeps,
  { taken, attempt }: Ready,
  reason: string,
): Promise<Training> => {
  const ids = { training_id: taken.trainingId, attempt: attempt.number };
  return untilSaved(deps, ids, () =>
    advance(deps, taken.trainingId, (now) => {
      const news = { at: deps.clock.now(), cause: 'dispatcher', reason } as const;
      if (isOurs(now, attempt)) return { ...news, type: 'submission_not_sent', attempt: attempt.number };
      if (now.status !== 'queued' || now.attemptsStarted >= attempt.number) return undefined;
      // A start that is still on its way finds another revision then.
      const lockToken = taken.adoptedFrom ?? taken.jobToken;
      return { ...news, type: 'preparation_postponed', notBefore: news.at, lockToken };
    }),
  );
};

const isOurs = (training: Training, { nonce }: Attempt): boolean =>
  (training.status === 'submitting' || training.status === 'unconfirmed') && training.attempt.nonce === nonce;

/** The moment of the start counts for `dead_by` and for every patience, not that of the preparation. */
const stamped = (attempt: Attempt, at: number): Attempt => ({
  ...attempt,
  startedAt: at,
  attemptDeadline: calculateAttemptDeadline(at, attempt.ttlMs),
});

type Try = Extract<Slot, { kind: 'taken' }> & { readonly answer: StartAnswer | 'unanswered' };

/** The nonce makes it safe to ask again when the reply was lost, as long as the call could still go out. */
const tryToStart = async (deps: TakeSlotDeps, before: Queued, { taken, attempt }: Ready): Promise<Try> => {
  const at = deps.clock.now();
  const event = {
    type: 'submission_started',
    at,
    cause: 'dispatcher',
    attempt: stamped(attempt, at),
  } as const;
  const { training, effects } = transition(before, event);
  const from = { before, ...(taken.adoptedFrom !== undefined && { adoptedFrom: taken.adoptedFrom }) };
  const since = deps.clock.monotonic();
  for (;;) {
    try {
      const answer = await deps.store.start(training, event, from);
      return { kind: 'taken', answer, training, effects, since };
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      deps.log.warn('start_repeated', { training_id: training.id, attempt: attempt.number, error });
      const waited = await waitedOut(deps, deps.clock.realMs(REPEAT_AFTER_MS));
      if (!waited || deps.clock.monotonic() - since > submitWithinMs(deps.clock))
        return { kind: 'taken', answer: 'unanswered', training, effects, since };
    }
  }
};

/**
 * Saves the start of the attempt and takes its slot. Somebody else's change of a training that still waits (its
 * priority, a mark) is no reason to prepare it anew.
 */
export const takeSlot = async (deps: TakeSlotDeps, before: Queued, ready: Ready): Promise<Slot> => {
  let queued = before;
  for (let reads = 0; reads < STALE_READS; reads += 1) {
    const { answer, ...slot } = await tryToStart(deps, queued, ready);
    if (answer === 'started') return slot;
    if (answer === 'unanswered')
      return {
        kind: 'taken_back',
        training: await takeBack(deps, ready, 'the record did not answer in time'),
      };
    if (answer !== 'stale') return { kind: 'refused', reason: answer };
    const now = await deps.store.load(before.id);
    if (!now) return { kind: 'refused', reason: 'unknown' };
    if (isOurs(now, ready.attempt))
      return { kind: 'taken_back', training: await takeBack(deps, ready, 'it changed before it was sent') };
    if (now.status !== 'queued') return { kind: 'refused', reason: 'not_queued' };
    if (!isDue(now, deps.clock.now())) return { kind: 'refused', reason: 'not_due' };
    queued = now;
  }
  return { kind: 'refused', reason: 'stale' };
};
