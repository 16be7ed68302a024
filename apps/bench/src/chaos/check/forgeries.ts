import type { Evidence, Forgery } from '../record/evidence.ts';
import type { Violation } from './violation.ts';

const faultsOf = (
  { record, kept }: Evidence,
  { trainingId, mark, trusted, httpStatus }: Forgery,
): readonly string[] => {
  const said = JSON.stringify([
    record.filter((event) => event.trainingId === trainingId),
    kept.get(trainingId)?.training,
    kept.get(trainingId)?.versions,
  ]);
  return [
    ...(said.includes(mark) ? ['a forged webhook was believed'] : []),
    ...(!trusted && httpStatus === 200 ? ['a webhook with a wrong token was let in'] : []),
  ];
};

/** I6: what only a webhook said stands nowhere. */
export const checkForgeries = (evidence: Evidence): readonly Violation[] =>
  evidence.forgeries.flatMap((forgery) =>
    faultsOf(evidence, forgery).map(
      (what): Violation => ({ invariant: 'I6', what, trainingId: forgery.trainingId }),
    ),
  );
