import type { Evidence, Violation } from '../evidence/evidence.ts';
import { listRuns, releasesSlot } from '../evidence/runs.ts';

/** I8: a slot is freed when the run has ended, not before, and always. */
export function checkSlots(evidence: Evidence): readonly Violation[] {
  return [...findEarlyReleases(evidence), ...findLeakedSlots(evidence)];
}

function findEarlyReleases(evidence: Evidence): readonly Violation[] {
  const runs = listRuns(evidence);
  return evidence.trainingEvents.filter(releasesSlot).flatMap(({ trainingId, at, type }) =>
    runs
      .filter((run) => run.trainingId === trainingId && run.acceptedAt <= at)
      .filter(({ endedAt }) => endedAt === undefined || endedAt > at)
      .map(
        ({ attempt }): Violation => ({
          invariant: 'I8',
          message: `${type} freed its slot while the run of attempt ${attempt} lived`,
          trainingId,
        }),
      ),
  );
}

function findLeakedSlots({ activeAttempts, jobs, finalStates }: Evidence): readonly Violation[] {
  return [
    ...activeAttempts.map(
      (trainingId): Violation => ({
        invariant: 'I8',
        message: `it holds a slot at the end (${finalStates.get(trainingId)?.training?.status ?? 'unknown'})`,
        trainingId,
      }),
    ),
    ...Object.entries(jobs)
      .filter(([, count]) => count > 0)
      .map(
        ([state, count]): Violation => ({
          invariant: 'I8',
          message: `${count} ${state} jobs are left at the end`,
        }),
      ),
  ];
}
