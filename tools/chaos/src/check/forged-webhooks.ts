import type { Evidence, ForgedWebhook } from '../evidence/evidence.ts';
import type { Violation } from './violation.ts';

/** I6: what only a webhook said stands nowhere. */
export function checkForgedWebhooks(evidence: Evidence): readonly Violation[] {
  return evidence.forgedWebhooks.flatMap((forgery) =>
    findForgeryEffects(evidence, forgery).map(
      (message): Violation => ({ invariant: 'I6', message, trainingId: forgery.trainingId }),
    ),
  );
}

function findForgeryEffects(
  { trainingEvents, finalStates }: Evidence,
  { trainingId, marker, trusted, httpStatus }: ForgedWebhook,
): readonly string[] {
  const text = JSON.stringify([
    trainingEvents.filter((event) => event.trainingId === trainingId),
    finalStates.get(trainingId)?.training,
    finalStates.get(trainingId)?.versions,
  ]);
  return [
    ...(text.includes(marker) ? ['a forged webhook was believed'] : []),
    ...(!trusted && httpStatus === 200 ? ['a webhook with a wrong token was let in'] : []),
  ];
}
