import type { TrainingRequest } from '@trainyard/domain';
import { createEstimator, type TrainingEstimate } from '../budgets/estimate.ts';
import type { Deps } from '../deps.ts';
import { estimateFreeSlots, takeSlot } from '../trainings/slots.ts';

type Range = readonly [number, number];

/** Count, time and cost of the trainings of a run, before they start. Durations are seconds. */
export interface RunEstimate {
  readonly count: number;
  /** Sum over all trainings: the GPU time that the run costs. */
  readonly totalSeconds: number;
  readonly totalRangeSeconds: Range;
  /** Time from the first start to the last end if all slots are free. */
  readonly durationSeconds: number;
  readonly durationRangeSeconds: Range;
  readonly maxConcurrency: number;
  /** Expected end of the last training, epoch ms, behind all live and queued trainings; absent while none starts. */
  readonly lastEndAt?: number;
  readonly costUsd?: number;
  readonly costRangeUsd?: Range;
}

type EstimateRunDeps = Pick<Deps, 'store' | 'queue' | 'settings' | 'clock' | 'budgets' | 'log'>;

/** The state of queue and slots before a run, from which its end is estimated. */
export interface RunStart {
  readonly maxConcurrency: number;
  /** Times at which the slots become free, epoch ms; absent while no training starts. */
  readonly freeSlots?: readonly number[];
}

/** Reads the state of queue and slots; call it before the trainings of the run are enqueued. */
export async function readRunStart(deps: EstimateRunDeps): Promise<RunStart> {
  const [{ maxConcurrency }, freeSlots] = await Promise.all([
    deps.store.getControl(),
    estimateFreeSlots(deps),
  ]);
  return { maxConcurrency: Math.max(1, maxConcurrency), ...(freeSlots && { freeSlots }) };
}

/** Estimates the trainings of a run as a whole. */
export async function estimateRun(
  deps: EstimateRunDeps,
  requests: readonly TrainingRequest[],
  { maxConcurrency, freeSlots }: RunStart,
): Promise<RunEstimate> {
  const estimator = await createEstimator(deps);
  const estimates = requests.map((request) => estimator(request));
  const list = (pick: (estimate: TrainingEstimate) => number): readonly number[] => estimates.map(pick);
  const durations = list(({ durationSeconds }) => durationSeconds);
  const ranges = [0, 1].map((end) => list(({ durationRangeSeconds }) => durationRangeSeconds[end] ?? 0));
  const [low = [], high = []] = ranges;
  const slots = Array<number>(maxConcurrency).fill(0);
  return {
    count: requests.length,
    totalSeconds: sum(durations),
    totalRangeSeconds: [sum(low), sum(high)],
    durationSeconds: toLastEnd(slots, durations),
    durationRangeSeconds: [toLastEnd(slots, low), toLastEnd(slots, high)],
    maxConcurrency,
    ...(freeSlots &&
      requests.length > 0 && {
        lastEndAt: toLastEnd(
          freeSlots,
          durations.map((each) => each * 1_000),
        ),
      }),
    ...sumCosts(estimates),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** The end of the last training if each takes the slot that becomes free first. */
function toLastEnd(freeSlots: readonly number[], durations: readonly number[]): number {
  const slots = [...freeSlots];
  return durations.reduce((last, duration) => Math.max(last, takeSlot(slots, duration).end), 0);
}

/** Costs are absent unless each training has a known price. */
function sumCosts(estimates: readonly TrainingEstimate[]): Pick<RunEstimate, 'costUsd' | 'costRangeUsd'> {
  const costs = estimates.flatMap(({ costUsd, costRangeUsd }) =>
    costUsd === undefined || costRangeUsd === undefined ? [] : [{ costUsd, costRangeUsd }],
  );
  if (costs.length === 0 || costs.length < estimates.length) return {};
  return {
    costUsd: sum(costs.map(({ costUsd }) => costUsd)),
    costRangeUsd: [
      sum(costs.map(({ costRangeUsd: [low] }) => low)),
      sum(costs.map(({ costRangeUsd: [, high] }) => high)),
    ],
  };
}
