import { isTerminal, toCoarseStatus } from '@trainyard/domain';
import type { Evidence, FinalState, ForgedWebhook, Violation } from '../evidence/evidence.ts';
import { listEvents, listRuns, type ProviderRun } from '../evidence/runs.ts';

type TrainingCheck = (evidence: Evidence, trainingId: string, finalState: FinalState) => readonly string[];

/** I7: the provider's word comes before ours, and a success is kept. */
export function checkOutcomes(evidence: Evidence): readonly Violation[] {
  return [...checkEach(evidence, 'I7', checkCancellation), ...checkEach(evidence, 'I7', checkOutcome)];
}

function checkEach(
  evidence: Evidence,
  invariant: Violation['invariant'],
  checkTraining: TrainingCheck,
): readonly Violation[] {
  return [...evidence.finalStates].flatMap(([trainingId, finalState]) =>
    checkTraining(evidence, trainingId, finalState).map((message) => ({ invariant, message, trainingId })),
  );
}

const checkManifest: TrainingCheck = (_, __, { training, versions }) => {
  if (!training || !isTerminal(training)) return [];
  const wasOpened = training.versionName !== undefined;
  if (versions.length > 1) return [`its subject's manifest has ${versions.length} entries of it`];
  const [version] = versions;
  if (!version) return wasOpened ? ["its subject's manifest has lost its entry"] : [];
  return version.status === toCoarseStatus(training.status)
    ? []
    : [`its manifest says ${version.status}, though it is ${training.status}`];
};

/** I5: one entry per training, that says how it ended. */
export function checkManifests(evidence: Evidence): readonly Violation[] {
  return checkEach(evidence, 'I5', checkManifest);
}

const checkCancellation: TrainingCheck = (evidence, trainingId) => {
  const at = listEvents(evidence, trainingId).find(({ to }) => to === 'cancelled')?.at;
  if (at === undefined) return [];
  return listRuns(evidence)
    .filter((run) => run.trainingId === trainingId && run.acceptedAt <= at)
    .filter(({ endedAt }) => endedAt === undefined || endedAt > at)
    .map(({ attempt }) => `it was called cancelled while the run of attempt ${attempt} lived`);
};

/** Then its model lies under a name of the container's own. */
function ignoredOutputKey({ provider }: Evidence, { runId }: ProviderRun): boolean {
  return provider.some(
    ({ event, detail, job_id }) => event === 'fault' && detail === 'output_key_ignored' && job_id === runId,
  );
}

const checkOutcome: TrainingCheck = (evidence, trainingId, { training, modelBytes, hasOutput }) => {
  if (!training) return [];
  const runs = listRuns(evidence).filter((run) => run.trainingId === trainingId);
  const succeeded = runs.some(({ endStatus }) => endStatus === 'COMPLETED');
  // A container may go on to its end after its run was stopped, and what it made is kept.
  const stopped = runs.filter(({ endStatus }) => endStatus === 'TIMED_OUT' || endStatus === 'CANCELLED');
  const producedModel = succeeded || stopped.some((run) => hasOutput || ignoredOutputKey(evidence, run));
  if (training.status !== 'completed')
    return succeeded && hasOutput && isTerminal(training)
      ? [`it is ${training.status}, though its run completed and left a model`]
      : [];
  return [
    ...(modelBytes > 0 ? [] : ['it is completed, though its model is not there']),
    ...(producedModel ? [] : ['it is completed, though none of its runs was']),
  ];
};

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
