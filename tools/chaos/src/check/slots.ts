import type { Evidence, Violation } from '../evidence/evidence.ts';
import { listRuns, releasesSlot } from '../evidence/runs.ts';

/** I8: a slot is released after the end of its run, and every slot is released. */
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
          message: `${type} released the slot while the run of attempt ${attempt} was live`,
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
        message: `the training holds a slot after the seed (${finalStates.get(trainingId)?.training?.status ?? 'unknown'})`,
        trainingId,
      }),
    ),
    ...Object.entries(jobs)
      .filter(([, count]) => count > 0)
      .map(
        ([state, count]): Violation => ({
          invariant: 'I8',
          message: `${count} ${state} jobs remain after the seed`,
        }),
      ),
  ];
}
