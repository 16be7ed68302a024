import { type Attempt, type Queued, type Training, transition } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { type AdvanceDeps, advance } from '../heart/advance.ts';
import { SUBMIT_WITHIN_MS } from '../heart/patience.ts';
import { perform } from '../heart/perform.ts';
import type { Submission } from '../ports/provider.ts';
import type { Taken } from '../ports/training-line.ts';
import type { StartAnswer } from '../ports/training-store.ts';
import { type PrepareDeps, prepare } from './prepare.ts';
import { settleAnswer } from './settle-answer.ts';

export type DispatchDeps = AdvanceDeps & PrepareDeps & Pick<Deps, 'provider'>;

/** How a dispatch ended. `left`: nothing was done, the sweep drives the job on. */
export type Dispatched =
  | { readonly kind: 'submitted' | 'ended' | 'waiting'; readonly training: Training }
  | {
      readonly kind: 'left';
      readonly reason: Exclude<StartAnswer, 'started'> | 'not_queued' | 'not_due' | 'unknown';
    };

/** When to look again at what could not be looked at. */
const NOT_NOW_MS = 30_000;

/**
 * Takes one training from the line to the provider (DESIGN §4 rule 4): look, save and take the slot, then call.
 * It never calls without having saved, nor long after.
 */
export const dispatch = async (deps: DispatchDeps, taken: Taken): Promise<Dispatched> => {
  const training = await deps.store.load(taken.trainingId);
  if (!training) return { kind: 'left', reason: 'unknown' };
  if (training.status !== 'queued') return { kind: 'left', reason: 'not_queued' };
  if ((training.notBefore ?? 0) > deps.clock.now()) return { kind: 'left', reason: 'not_due' };
  const prepared = await prepare(deps, training, taken.jobToken);
  switch (prepared.kind) {
    case 'faulty':
      return { kind: 'ended', training: await endUnpaid(deps, taken, prepared.failure) };
    case 'not_now':
      return { kind: 'waiting', training: await postpone(deps, taken, prepared.reason) };
    case 'ready':
      return submit(deps, training, { taken, attempt: prepared.attempt, submission: prepared.submission });
  }
};

const endUnpaid = async (
  deps: DispatchDeps,
  taken: Taken,
  failure: Extract<Awaited<ReturnType<typeof prepare>>, { kind: 'faulty' }>['failure'],
): Promise<Training> => {
  const at = deps.clock.now();
  const ended = await advance(deps, taken.trainingId, {
    type: 'preparation_failed',
    at,
    cause: 'dispatcher',
    failure,
  });
  await deps.queue.finish(taken.trainingId, taken.adoptedFrom ?? taken.jobToken, {
    status: ended.status,
    failure: failure.message,
  });
  return ended;
};

const postpone = (deps: DispatchDeps, taken: Taken, reason: string): Promise<Training> => {
  const at = deps.clock.now();
  return advance(deps, taken.trainingId, {
    type: 'preparation_postponed',
    at,
    cause: 'dispatcher',
    reason,
    notBefore: at + NOT_NOW_MS,
    jobToken: taken.adoptedFrom ?? taken.jobToken,
  });
};

interface Ready {
  readonly taken: Taken;
  readonly attempt: Attempt;
  readonly submission: Submission;
}

const submit = async (deps: DispatchDeps, before: Queued, ready: Ready): Promise<Dispatched> => {
  const { attempt, taken } = ready;
  const event = { type: 'submission_started', at: deps.clock.now(), cause: 'dispatcher', attempt } as const;
  const { training, effects } = transition(before, event);
  const beforeSave = deps.clock.monotonic();
  const answer = await deps.store.start(training, event, {
    before,
    ...(taken.adoptedFrom !== undefined && { adoptedFrom: taken.adoptedFrom }),
  });
  if (answer !== 'started') return { kind: 'left', reason: answer };
  await perform(deps, training, effects);
  const late = deps.clock.monotonic() - beforeSave > SUBMIT_WITHIN_MS;
  return {
    kind: 'submitted',
    training: await (late ? tooLate(deps, training.id, attempt) : call(deps, training.id, ready)),
  };
};

/** The process slept between save and call: the others may already hold the submission to be unclear. */
const tooLate = (deps: DispatchDeps, id: string, attempt: Attempt): Promise<Training> =>
  advance(deps, id, {
    type: 'submission_not_sent',
    at: deps.clock.now(),
    cause: 'dispatcher',
    attempt: attempt.number,
    reason: 'the dispatcher was held up between saving and sending',
  });

const call = async (deps: DispatchDeps, id: string, { attempt, submission }: Ready): Promise<Training> => {
  const answer = await deps.provider.submit(submission);
  deps.log.info('submission_answered', { training_id: id, attempt: attempt.number, answer: answer.kind });
  return settleAnswer(deps, { trainingId: id, attempt }, answer);
};
