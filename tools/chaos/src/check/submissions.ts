import type { Evidence, Violation } from '../evidence/evidence.ts';
import {
  getStartedAttempt,
  listAcceptances,
  listEvents,
  listRuns,
  type ProviderRun,
  releasesSlot,
} from '../evidence/runs.ts';

/** I2: at most one provider job per attempt, none beside another that lives or that was given up, and a next one only on proof. */
export function checkSubmissions(evidence: Evidence): readonly Violation[] {
  return [
    ...findDoubleAcceptances(evidence),
    ...findParallelRuns(evidence),
    ...findLateAcceptances(evidence),
    ...findUnprovenResubmissions(evidence),
  ];
}

function isSameAttempt(a: ProviderRun, b: ProviderRun): boolean {
  return a.trainingId === b.trainingId && a.attempt === b.attempt;
}

function findDoubleAcceptances(evidence: Evidence): readonly Violation[] {
  return listRuns(evidence)
    .filter((run, at, runs) => runs.findIndex((each) => isSameAttempt(each, run)) !== at)
    .map(({ trainingId, attempt }) => ({
      invariant: 'I2',
      message: `attempt ${attempt} was accepted twice`,
      trainingId,
    }));
}

function findParallelRuns(evidence: Evidence): readonly Violation[] {
  return listAcceptances(evidence)
    .filter(({ run, live }) => live.some((each) => each !== run && each.trainingId === run.trainingId))
    .map(({ run: { trainingId, attempt } }) => ({
      invariant: 'I2',
      message: `attempt ${attempt} was accepted while an earlier run of the training lived`,
      trainingId,
    }));
}

/** Whether the attempt had been given up when the provider took it. */
function wasAbandoned(evidence: Evidence, { trainingId, attempt, acceptedAt }: ProviderRun): boolean {
  const events = listEvents(evidence, trainingId);
  const begun = events.findIndex((event) => getStartedAttempt(event) === attempt);
  return begun >= 0 && events.slice(begun).some((event) => releasesSlot(event) && event.at < acceptedAt);
}

function findLateAcceptances(evidence: Evidence): readonly Violation[] {
  return listRuns(evidence)
    .filter((run) => wasAbandoned(evidence, run))
    .map(({ trainingId, attempt }) => ({
      invariant: 'I2',
      message: `attempt ${attempt} was accepted after it had been given up`,
      trainingId,
    }));
}

/** What proves to the record that a run has ended; that nobody saw it does not. */
const END_PROOFS: ReadonlySet<string> = new Set(['run_ended', 'run_missing', 'attempt_expired']);

/** Whether the run ended without a model, and the training was sent back into the queue because of that. */
function mayBeRetried(evidence: Evidence, { trainingId, attempt, endStatus }: ProviderRun): boolean {
  return (
    endStatus !== undefined &&
    endStatus !== 'COMPLETED' &&
    listEvents(evidence, trainingId).some(
      ({ type, to, detail }) => END_PROOFS.has(type) && to === 'queued' && detail['attempt'] === attempt,
    )
  );
}

/** A run existed and ended while nobody looked, and its training was sent again: paid twice, whatever the attempt. */
function findUnprovenResubmissions(evidence: Evidence): readonly Violation[] {
  return listRuns(evidence)
    .filter((run, at, runs) => runs.slice(at + 1).some(({ trainingId }) => trainingId === run.trainingId))
    .filter((run) => !mayBeRetried(evidence, run))
    .map(({ trainingId, attempt, endStatus = 'alive' }) => ({
      invariant: 'I2',
      message: `it was submitted again without proof of the end of attempt ${attempt}, which was ${endStatus}`,
      trainingId,
    }));
}
