import { type BatchProgress, listStatusChanges, type StatusChange } from '@trainyard/application';
import type { AutoTrainEvent, AutoTrainEventsView } from '@trainyard/contracts';
import { isTerminal } from '@trainyard/domain';
import type { ApiDeps } from '../server/options.ts';
import { countEligible, toPlannedView, toSkippedView, toSummaryView } from './auto-train.ts';
import { toIso, toIsoOrNull, toTrainingView } from './training.ts';

/** Renders the events of a run, oldest first: its selection, the status changes of its trainings, and its end. */
export async function toRunEventsView(deps: ApiDeps, progress: BatchProgress): Promise<AutoTrainEventsView> {
  const { batch, done, summary } = progress;
  const changes = await listStatusChanges(deps, progress);
  const { cancelRequested: cancelled } = batch;
  const between = [
    ...changes.map((change) => toStatusEvent(deps, change)),
    ...(cancelled ? [toCancelEvent(cancelled)] : []),
  ].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const end: readonly AutoTrainEvent[] = done
    ? [{ type: 'run_ended', at: toIso(findEnd(progress)), summary: toSummaryView(summary) }]
    : [];
  return { run_id: batch.id, events: [toCreatedEvent(progress), ...between, ...end] };
}

function toCreatedEvent({ batch, plan, trainings }: BatchProgress): AutoTrainEvent {
  const byId = new Map(trainings.map((training) => [training.id, training]));
  const enqueued = plan.chosen.flatMap(({ id, name, trainingId = '' }) => {
    const request = byId.get(trainingId)?.request;
    if (!request) return [];
    const training = { id: trainingId, job_id: request.jobId };
    return [{ actor_id: id, name, planned: toPlannedView(request), training }];
  });
  return {
    type: 'run_created',
    at: toIso(batch.createdAt),
    tick_at: toIsoOrNull(batch.tickAt),
    considered: batch.considered,
    eligible_count: countEligible(enqueued.length, plan),
    enqueued,
    skipped: toSkippedView(plan.skipped),
  };
}

function toStatusEvent(deps: ApiDeps, { training, name, status, at }: StatusChange): AutoTrainEvent {
  const { failure, model } = toTrainingView(deps, training);
  const isEnd = status === training.status;
  return {
    type: 'status_changed',
    at: toIso(at),
    training_id: training.id,
    actor_id: training.request.subject.id,
    name,
    status,
    minutes_since_accepted: Math.max(0, at - training.acceptedAt) / MINUTE_MS,
    failure: isEnd ? failure : null,
    model: isEnd ? model : null,
  };
}

const MINUTE_MS = 60_000;

function toCancelEvent({
  at,
  by,
  keepRunning,
}: NonNullable<BatchProgress['batch']['cancelRequested']>): AutoTrainEvent {
  return { type: 'cancel_requested', at: toIso(at), by, keep_running: keepRunning };
}

/** A run ends with its last training; a run without trainings ends when it was created. */
function findEnd({ batch, trainings }: BatchProgress): number {
  return Math.max(batch.createdAt, ...trainings.filter(isTerminal).map(({ endedAt }) => endedAt));
}
