import type { Evidence } from '../record/evidence.ts';
import { givesSlotBack, runsOf } from './runs.ts';
import type { Violation } from './violation.ts';

const freedTooSoon = (evidence: Evidence): readonly Violation[] => {
  const runs = runsOf(evidence);
  return evidence.record.filter(givesSlotBack).flatMap(({ trainingId, at, type }) =>
    runs
      .filter((run) => run.trainingId === trainingId && run.acceptedAt <= at)
      .filter(({ endedAt }) => endedAt === undefined || endedAt > at)
      .map(
        ({ attempt }): Violation => ({
          invariant: 'I8',
          what: `${type} freed its slot while the run of attempt ${attempt} lived`,
          trainingId,
        }),
      ),
  );
};

const leaked = ({ ledger, jobs, kept }: Evidence): readonly Violation[] => [
  ...ledger.map(
    (trainingId): Violation => ({
      invariant: 'I8',
      what: `it holds a slot at the end (${kept.get(trainingId)?.training?.status ?? 'unknown'})`,
      trainingId,
    }),
  ),
  ...Object.entries(jobs)
    .filter(([, count]) => count > 0)
    .map(
      ([state, count]): Violation => ({
        invariant: 'I8',
        what: `${count} ${state} jobs are left at the end`,
      }),
    ),
];

/** I8: a slot is freed when the run has ended, not before, and always. */
export const checkSlots = (evidence: Evidence): readonly Violation[] => [
  ...freedTooSoon(evidence),
  ...leaked(evidence),
];
