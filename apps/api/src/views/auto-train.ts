import {
  type BatchProgress,
  type Deps,
  type DryRun,
  listNextTicks,
  listRunChecks,
  type RunStart,
} from '@trainyard/application';
import type {
  AutoTrainBatchView,
  AutoTrainProgressView,
  AutoTrainRunView,
  ScheduleView,
} from '@trainyard/contracts';
import {
  type Batch,
  type BatchOrder,
  type BatchPlan,
  type BatchSummary,
  countImages,
  omitUndefined,
  type Schedule,
  type Training,
  type TrainingRequest,
  toCoarseStatus,
} from '@trainyard/domain';
import type { ApiDeps } from '../server/options.ts';
import { toCheckViews } from './preview.ts';
import { findRunStop, toPlanFields } from './run-plan.ts';
import { toIso, toIsoOrNull, toTrainingView } from './training.ts';
import { findPositions, type WaitingDeps, withWaiting } from './waiting.ts';

type Enqueued = AutoTrainRunView['enqueued'][number];

/** Renders the inputs and the estimate of a training of a run. */
export function toPlannedView(request: TrainingRequest): Enqueued['planned'] {
  return {
    policy: request.policy,
    preset: request.preset ?? null,
    trigger: request.trigger,
    image_count: countImages(request),
    hyperparameters: { ...request.hyperparameters },
    duration_seconds: request.expected?.durationSeconds ?? 0,
    cost_usd: request.expected?.costUsd ?? null,
  };
}

/** Renders the skipped actors of a run with their reasons. */
export function toSkippedView(skipped: BatchPlan['skipped']): AutoTrainRunView['skipped'] {
  return skipped.map(({ id, name, reasons }) => ({ actor_id: id, name, reasons: [...reasons] }));
}

/** Codes of the reasons that skip an eligible actor. */
const SKIPPED_THOUGH_ELIGIBLE = ['limit', 'budget'];

/** Counts the eligible actors of a run, those beyond its limit or budget included. */
export function countEligible(enqueued: number, { skipped }: Pick<BatchPlan, 'skipped'>): number {
  const isEligible = (each: BatchPlan['skipped'][number]): boolean =>
    each.reasons.some(({ code }) => SKIPPED_THOUGH_ELIGIBLE.includes(code));
  return enqueued + skipped.filter(isEligible).length;
}

/** Renders the plan of a dry run. */
export async function toDryRunView(
  deps: ApiDeps,
  order: BatchOrder,
  run: DryRun,
  start: RunStart,
): Promise<AutoTrainRunView> {
  const enqueued = run.chosen.map(({ candidate: { actor }, frozen }) => ({
    actor_id: actor.id,
    name: actor.name,
    planned: toPlannedView(frozen.request),
    training: null,
  }));
  const requests = run.chosen.map(({ frozen }) => frozen.request);
  const stop = await findRunStop(deps, requests);
  return {
    id: null,
    dry_run: true,
    considered: run.considered,
    enqueued,
    skipped: toSkippedView(run.skipped),
    order: toOrderView(order),
    eligible_count: countEligible(enqueued.length, run),
    ...(await toPlanFields(deps, requests, { start, stop })),
    checks: toCheckViews(await listRunChecks(deps, run, stop)),
  };
}

/** Renders the enqueued and the skipped actors of a batch. */
export async function toRunView(
  deps: ApiDeps,
  progress: BatchProgress,
  start: RunStart,
): Promise<AutoTrainRunView> {
  const { batch, plan, trainings } = progress;
  const requests = trainings.map(({ request }) => request);
  const [stop, positions] = await Promise.all([findRunStop(deps, requests), findPositions(deps, trainings)]);
  const byId = new Map(trainings.map((training) => [training.id, training]));
  const enqueued = plan.chosen.flatMap(({ id, name, trainingId = '' }) => {
    const training = byId.get(trainingId);
    if (!training) return [];
    const planned = toPlannedView(training.request);
    const view = toTrainingView({ ...deps, stop, positions }, training);
    return [{ actor_id: id, name, planned, training: view }];
  });
  return {
    id: batch.id,
    dry_run: false,
    considered: batch.considered,
    enqueued,
    skipped: toSkippedView(plan.skipped),
    order: toOrderView(batch.order),
    eligible_count: countEligible(enqueued.length, plan),
    ...(await toPlanFields(deps, requests, { start, stop })),
    checks: null,
  };
}

/** Renders the summary of a run. */
export function toSummaryView(summary: BatchSummary): AutoTrainProgressView['summary'] {
  return {
    processed: summary.processed,
    successful: summary.successful,
    failed: summary.failed,
    cancelled: summary.cancelled,
    cost_usd: summary.costUsd ?? null,
    cost_assumed_usd: summary.assumedUsd,
    cost_unknown_runs: summary.unknownRuns,
    execution_seconds: summary.executionSeconds,
    duration_seconds: summary.durationSeconds,
  };
}

function toOrderView(order: BatchOrder): AutoTrainBatchView['order'] {
  return omitUndefined({
    limit: order.limit,
    actor_ids: order.actorIds && [...order.actorIds],
    confirmed_actor_ids: order.confirmedActorIds && [...order.confirmedActorIds],
    policy: order.policy,
    priority: order.priority,
    budget_usd: order.budgetUsd,
    include_unreviewed: order.includeUnreviewed,
    all: order.all,
    ...toPicturesView(order),
  });
}

function toPicturesView({ validation, samplePrompts }: BatchOrder) {
  return omitUndefined({ validation, sample_prompts: samplePrompts && [...samplePrompts] });
}

/** Renders a batch for lists and live events. */
export function toBatchView(batch: Batch): AutoTrainBatchView {
  return {
    id: batch.id,
    status: batch.status,
    created_at: toIso(batch.createdAt),
    tick_at: toIsoOrNull(batch.tickAt),
    order: toOrderView(batch.order),
    considered: batch.considered,
    enqueued_count: batch.enqueuedCount,
    skipped_count: batch.skippedCount,
    cancel_requested: batch.cancelRequested
      ? {
          at: toIso(batch.cancelRequested.at),
          by: batch.cancelRequested.by,
          keep_running: batch.cancelRequested.keepRunning,
        }
      : null,
    summary: batch.summary ? toSummaryView(batch.summary) : null,
  };
}

function countByStatus(trainings: readonly Training[]): AutoTrainProgressView['by_status'] {
  const counts = { pending: 0, training: 0, completed: 0, failed: 0, cancelled: 0 };
  for (const training of trainings) counts[toCoarseStatus(training.status)] += 1;
  return counts;
}

/** Renders the progress of a batch with its trainings and its summary. */
export async function toProgressView(
  deps: WaitingDeps,
  progress: BatchProgress,
): Promise<AutoTrainProgressView> {
  const viewDeps = await withWaiting(deps, progress.trainings);
  return {
    ...toBatchView(progress.batch),
    done: progress.done,
    total: progress.trainings.length,
    by_status: countByStatus(progress.trainings),
    summary: toSummaryView(progress.summary),
    trainings: progress.trainings.map((training) => toTrainingView(viewDeps, training)),
    skipped: toSkippedView(progress.plan.skipped),
  };
}

const NEXT_TICKS = 5;

/** Renders the schedule with its next 5 ticks and the outcomes of its last ticks. */
export function toScheduleView(deps: Pick<Deps, 'cron' | 'clock'>, schedule: Schedule): ScheduleView {
  const { plan, ticks } = schedule;
  return {
    schedule: plan
      ? {
          cron: plan.cron,
          tz: plan.tz,
          enabled: plan.enabled,
          limit: plan.limit ?? null,
          budget_usd: plan.budgetUsd ?? null,
          ...omitUndefined({ include_unreviewed: plan.includeUnreviewed }),
          ...toPicturesView(plan),
        }
      : null,
    next_ticks: listNextTicks(deps, schedule, NEXT_TICKS).map(toIso),
    ticks: ticks.map(({ at, outcome, handledAt, batchId }) => ({
      at: toIso(at),
      outcome,
      handled_at: toIso(handledAt),
      run_id: batchId ?? null,
    })),
  };
}
