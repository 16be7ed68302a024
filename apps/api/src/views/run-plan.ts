import {
  type DispatchStop,
  estimateRun,
  type RunEstimate,
  type RunStart,
  readRunStart,
} from '@trainyard/application';
import type { AutoTrainRunView } from '@trainyard/contracts';
import type { TrainingRequest } from '@trainyard/domain';
import type { ApiDeps } from '../server/options.ts';
import { findDispatchStop } from './accepted.ts';
import { toPrice } from './preview.ts';
import { toIsoOrNull } from './training.ts';

/** The state of queue and dispatch before a run, from which its answer estimates the end and names why it will wait. */
export interface RunContext {
  readonly start: RunStart;
  readonly stop: DispatchStop | undefined;
}

/** Reads the context of a run; call it before the trainings of the run are enqueued. */
export async function readRunContext(deps: ApiDeps): Promise<RunContext> {
  const [start, stop] = await Promise.all([readRunStart(deps), findDispatchStop(deps)]);
  return { start, stop };
}

/** The estimate of a run, and the cause that keeps its trainings waiting at present. */
export async function toPlanFields(
  deps: ApiDeps,
  requests: readonly TrainingRequest[],
  { start, stop }: RunContext,
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
