import { type DispatchStop, estimateRun, type RunEstimate, type RunStart } from '@trainyard/application';
import type { AutoTrainRunView } from '@trainyard/contracts';
import type { TrainingRequest } from '@trainyard/domain';
import type { ApiDeps } from '../server/options.ts';
import { toPrice } from './preview.ts';
import { toIsoOrNull } from './training.ts';
import { findDispatchStop } from './waiting.ts';

/** The cause that keeps the first training of a run waiting at present. */
export async function findRunStop(
  deps: ApiDeps,
  [request]: readonly TrainingRequest[],
): Promise<DispatchStop | undefined> {
  return findDispatchStop(deps, request && { request });
}

/** The facts from which the answer to a run is rendered, besides its trainings. */
interface PlanFacts {
  /** The state of the slots before the run. */
  readonly start: RunStart;
  readonly stop: DispatchStop | undefined;
}

/** The estimate of a run, and the cause that keeps its trainings waiting at present. */
export async function toPlanFields(
  deps: ApiDeps,
  requests: readonly TrainingRequest[],
  { start, stop }: PlanFacts,
): Promise<Pick<AutoTrainRunView, 'estimate' | 'waiting'>> {
  return {
    estimate: toRunEstimateView(deps, await estimateRun(deps, requests, start)),
    waiting: stop ? { code: stop.code, until: toIsoOrNull(stop.until), text: stop.text } : null,
  };
}

function toRunEstimateView(
  { settings }: Pick<ApiDeps, 'settings'>,
  estimate: RunEstimate,
): AutoTrainRunView['estimate'] {
  return {
    count: estimate.count,
    total_seconds: estimate.totalSeconds,
    total_range_seconds: [...estimate.totalRangeSeconds],
    duration_seconds: estimate.durationSeconds,
    duration_range_seconds: [...estimate.durationRangeSeconds],
    max_concurrency: estimate.maxConcurrency,
    last_end_at: toIsoOrNull(estimate.lastEndAt),
    cost_usd: estimate.costUsd ?? null,
    cost_range_usd: estimate.costRangeUsd ? [...estimate.costRangeUsd] : null,
    price: toPrice(settings),
  };
}
