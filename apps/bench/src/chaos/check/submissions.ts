import type { Evidence } from '../record/evidence.ts';
import { acceptancesOf, attemptBegun, eventsOf, givesSlotBack, type ProviderRun, runsOf } from './runs.ts';
import type { Violation } from './violation.ts';

const sameAttempt = (a: ProviderRun, b: ProviderRun): boolean =>
  a.trainingId === b.trainingId && a.attempt === b.attempt;

const twice = (evidence: Evidence): readonly Violation[] =>
  runsOf(evidence)
    .filter((run, at, runs) => runs.findIndex((each) => sameAttempt(each, run)) !== at)
    .map(({ trainingId, attempt }) => ({
      invariant: 'I2',
      what: `attempt ${attempt} was accepted twice`,
      trainingId,
    }));

const beside = (evidence: Evidence): readonly Violation[] =>
  acceptancesOf(evidence)
    .filter(({ run, live }) => live.some((each) => each !== run && each.trainingId === run.trainingId))
    .map(({ run: { trainingId, attempt } }) => ({
      invariant: 'I2',
      what: `attempt ${attempt} was accepted while an earlier run of the training lived`,
      trainingId,
    }));

/** Whether the attempt had been given up when the provider took it. */
const givenUp = (evidence: Evidence, { trainingId, attempt, acceptedAt }: ProviderRun): boolean => {
  const events = eventsOf(evidence, trainingId);
  const begun = events.findIndex((event) => attemptBegun(event) === attempt);
  return begun >= 0 && events.slice(begun).some((event) => givesSlotBack(event) && event.at < acceptedAt);
};

const late = (evidence: Evidence): readonly Violation[] =>
  runsOf(evidence)
    .filter((run) => givenUp(evidence, run))
    .map(({ trainingId, attempt }) => ({
      invariant: 'I2',
      what: `attempt ${attempt} was accepted after it had been given up`,
      trainingId,
    }));

/** What proves to the record that a run has ended; that nobody saw it does not. */
const PROOFS: ReadonlySet<string> = new Set(['run_ended', 'run_missing', 'attempt_expired']);

/** Whether the run ended without a model, and the training was sent back into the queue because of that. */
const mayBeFollowed = (evidence: Evidence, { trainingId, attempt, endStatus }: ProviderRun): boolean =>
  endStatus !== undefined &&
  endStatus !== 'COMPLETED' &&
  eventsOf(evidence, trainingId).some(
    ({ type, to, detail }) => PROOFS.has(type) && to === 'queued' && detail['attempt'] === attempt,
  );

/** A run existed and ended while nobody looked, and its training was sent again: paid twice, whatever the attempt. */
const again = (evidence: Evidence): readonly Violation[] =>
  runsOf(evidence)
    .filter((run, at, runs) => runs.slice(at + 1).some(({ trainingId }) => trainingId === run.trainingId))
    .filter((run) => !mayBeFollowed(evidence, run))
    .map(({ trainingId, attempt, endStatus = 'alive' }) => ({
      invariant: 'I2',
      what: `it was submitted again without proof of the end of attempt ${attempt}, which was ${endStatus}`,
      trainingId,
    }));

/** I2: at most one provider job per attempt, none beside another that lives or that was given up, and a next one only on proof. */
export const checkSubmissions = (evidence: Evidence): readonly Violation[] => [
  ...twice(evidence),
  ...beside(evidence),
  ...late(evidence),
  ...again(evidence),
];
