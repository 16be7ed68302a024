import type { Evidence, Violation } from '../evidence/evidence.ts';
import {
  getStartedAttempt,
  listAcceptances,
  listEvents,
  listRuns,
  type ProviderRun,
  releasesSlot,
} from '../evidence/runs.ts';

/**
 * I2: an attempt has at most one run, a run never starts while an earlier run of the training is live or after its attempt
 * was abandoned, and the next attempt starts only after a proven end.
 */
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
      message: `attempt ${attempt} was accepted while an earlier run of the training was live`,
      trainingId,
    }));
}

/** Returns true when the attempt was abandoned before the provider accepted its run. */
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
      message: `attempt ${attempt} was accepted after it was abandoned`,
      trainingId,
    }));
}

/** Events that prove the end of a run. An endpoint count proves only that the run is not live. */
const END_PROOFS: ReadonlySet<string> = new Set(['run_ended', 'run_missing', 'attempt_expired']);

/** Returns true when the run ended without a model and a proven end requeued the training. */
function mayBeRetried(evidence: Evidence, { trainingId, attempt, endStatus }: ProviderRun): boolean {
  return (
    endStatus !== undefined &&
    endStatus !== 'COMPLETED' &&
    listEvents(evidence, trainingId).some(
      ({ type, to, detail }) => END_PROOFS.has(type) && to === 'queued' && detail['attempt'] === attempt,
    )
  );
}

/** Finds runs whose training was submitted again without a proven end: such a training is paid for twice. */
function findUnprovenResubmissions(evidence: Evidence): readonly Violation[] {
  return listRuns(evidence)
    .filter((run, at, runs) => runs.slice(at + 1).some(({ trainingId }) => trainingId === run.trainingId))
    .filter((run) => !mayBeRetried(evidence, run))
    .map(({ trainingId, attempt, endStatus = 'live' }) => ({
      invariant: 'I2',
      message: `the training was resubmitted without a proven end of attempt ${attempt} (${endStatus})`,
      trainingId,
    }));
}
