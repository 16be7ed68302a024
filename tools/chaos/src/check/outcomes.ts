import { isTerminal, type TrainingIn, toCoarseStatus } from '@trainyard/domain';
import type { Evidence, FinalState, ForgedWebhook, Violation } from '../evidence/evidence.ts';
import { listEvents, listRuns, type ProviderRun } from '../evidence/runs.ts';

type CompletedTraining = TrainingIn<'completed'>;
type TrainingCheck = (evidence: Evidence, trainingId: string, finalState: FinalState) => readonly string[];

/** I7: a training is cancelled only after its run ended, and a successful run completes its training. */
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
  if (versions.length > 1)
    return [`the manifest of its subject contains ${versions.length} entries of the training`];
  const [version] = versions;
  if (!version) return wasOpened ? ['the manifest of its subject lost the entry of the training'] : [];
  return version.status === toCoarseStatus(training.status)
    ? []
    : [`the manifest entry is ${version.status}, but the training is ${training.status}`];
};

const checkModels: TrainingCheck = (_, __, { foreignModels }) =>
  foreignModels.map((address) => `the training names the object ${address}, which it may not have written`);

/** I5: the manifest contains one entry per training with the status of the training, and names no foreign object. */
export function checkManifests(evidence: Evidence): readonly Violation[] {
  return [...checkEach(evidence, 'I5', checkManifest), ...checkEach(evidence, 'I5', checkModels)];
}

const checkCancellation: TrainingCheck = (evidence, trainingId) => {
  const at = listEvents(evidence, trainingId).find(({ to }) => to === 'cancelled')?.at;
  if (at === undefined) return [];
  return listRuns(evidence)
    .filter((run) => run.trainingId === trainingId && run.acceptedAt <= at)
    .filter(({ endedAt }) => endedAt === undefined || endedAt > at)
    .map(({ attempt }) => `the training became cancelled while the run of attempt ${attempt} was live`);
};

/** The container then wrote the model under its own file name. */
function ignoredOutputKey({ provider }: Evidence, { runId }: ProviderRun): boolean {
  return provider.some(
    ({ event, detail, job_id }) => event === 'fault' && detail === 'output_key_ignored' && job_id === runId,
  );
}

/** Whether a different training of the subject used the model name of the training: its run may own the file. */
function isModelNameShared({ finalStates }: Evidence, { id, request, attempt }: CompletedTraining): boolean {
  return [...finalStates.values()].some(({ training: other }) => {
    if (!other || other.id === id || other.attemptsStarted === 0) return false;
    const { kind, id: subjectId } = other.request.subject;
    if (kind !== request.subject.kind || subjectId !== request.subject.id) return false;
    return !('attempt' in other) || !other.attempt || other.attempt.modelName === attempt?.modelName;
  });
}

/**
 * A model stays unverified only when its own run wrote it under a name that a different training used. A run that only
 * reports a false address leaves its model at its output key, where the model is found.
 */
function mayBeUnverified(evidence: Evidence, training: CompletedTraining): boolean {
  const run = listRuns(evidence).find(
    ({ runId, trainingId }) => runId === training.attempt?.runId && trainingId === training.id,
  );
  return run !== undefined && ignoredOutputKey(evidence, run) && isModelNameShared(evidence, training);
}

/** Whether the training names a model that exists, or one that it may leave unverified. */
function hasExpectedModel(evidence: Evidence, training: CompletedTraining, modelBytes: number): boolean {
  return modelBytes > 0 || (!training.model.verified && mayBeUnverified(evidence, training));
}

const checkOutcome: TrainingCheck = (evidence, trainingId, { training, modelBytes, hasOutput }) => {
  if (!training) return [];
  const runs = listRuns(evidence).filter((run) => run.trainingId === trainingId);
  const succeeded = runs.some(({ endStatus }) => endStatus === 'COMPLETED');
  // A container may finish after its run was stopped; its model is kept.
  const stopped = runs.filter(({ endStatus }) => endStatus === 'TIMED_OUT' || endStatus === 'CANCELLED');
  const producedModel = succeeded || stopped.some((run) => hasOutput || ignoredOutputKey(evidence, run));
  if (training.status !== 'completed')
    return succeeded && hasOutput && isTerminal(training)
      ? [`the training is ${training.status}, but its run completed and left a model`]
      : [];
  return [
    ...(hasExpectedModel(evidence, training, modelBytes)
      ? []
      : ['the training is completed, but its model is missing']),
    ...(producedModel ? [] : ['the training is completed, but none of its runs is']),
  ];
};

/** I1, I5: a training completes on its own run, and the bytes of its model are those that its own run wrote. */
export function checkRunOwners(evidence: Evidence): readonly Violation[] {
  return [
    ...checkEach(evidence, 'I1', (_, trainingId, { training }) => {
      const attempt = training?.status === 'completed' ? training.attempt : undefined;
      const run = listRuns(evidence).find(({ runId }) => runId === attempt?.runId);
      if (!run || (run.trainingId === trainingId && run.attempt === attempt?.number)) return [];
      return [`the training completed on the run of attempt ${run.attempt} of ${run.trainingId}`];
    }),
    ...checkEach(evidence, 'I5', (_, trainingId, { modelRunId }) => {
      const run = listRuns(evidence).find(({ runId }) => runId === modelRunId);
      return !run || run.trainingId === trainingId
        ? []
        : [`the model was written by attempt ${run.attempt} of ${run.trainingId}`];
    }),
  ];
}

/** I6: no content of a forged webhook reaches the history, the training or its manifest entry. */
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
    ...(text.includes(marker) ? ['the content of a forged webhook was applied'] : []),
    ...(!trusted && httpStatus === 200 ? ['a webhook with an invalid token was accepted'] : []),
  ];
}
