import { type AutoTrainRun, actualCostUsd, type Candidate, type Deps } from '@trainyard/application';
import type { AutoTrainProgressView, AutoTrainRunView } from '@trainyard/contracts';
import { coarseStatus, INELIGIBILITY_REASONS, isTerminal, type Training } from '@trainyard/domain';
import { trainingView } from './training.ts';

type ViewDeps = Pick<Deps, 'settings' | 'clock'>;

const REASONS: Readonly<Record<string, string>> = {
  ...INELIGIBILITY_REASONS,
  limit: 'more are eligible than this run may train',
};

/** A reason in words; one that is no word of ours is the request's own fault. */
const reasonOf = (reason: string) => {
  const message = REASONS[reason];
  return message === undefined ? { code: 'invalid_request', message: reason } : { code: reason, message };
};

/** An actor with the verdict. */
export const candidateView = ({ actor, eligible, reasons }: Candidate) => ({
  actor_id: actor.id,
  name: actor.name,
  image_count: actor.trainingData.count,
  eligible,
  reasons: reasons.map(reasonOf),
});

/** What a run enqueued, and whom it left out. */
export const autoTrainRunView = (deps: ViewDeps, run: AutoTrainRun, dryRun: boolean): AutoTrainRunView => ({
  id: run.batchId,
  dry_run: dryRun,
  considered: run.considered,
  enqueued: run.enqueued.map(({ candidate, training }) => ({
    actor_id: candidate.actor.id,
    name: candidate.actor.name,
    training: training ? trainingView(deps, training) : null,
  })),
  skipped: run.skipped.map(({ actor, reasons }) => ({
    actor_id: actor.id,
    name: actor.name,
    reasons: reasons.map(reasonOf),
  })),
});

const countsOf = (trainings: readonly Training[]): AutoTrainProgressView['by_status'] => {
  const counts = { pending: 0, training: 0, completed: 0, failed: 0, cancelled: 0 };
  for (const training of trainings) counts[coarseStatus(training.status)] += 1;
  return counts;
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** How far a batch is, with the seeds' summary. */
export const autoTrainProgress = (
  deps: ViewDeps,
  id: string,
  trainings: readonly Training[],
): AutoTrainProgressView => {
  const ended = trainings.filter(isTerminal);
  const counts = countsOf(trainings);
  const costs = ended
    .map(({ executionMs }) => actualCostUsd(deps, executionMs))
    .filter((cost) => cost !== undefined);
  return {
    id,
    done: ended.length === trainings.length,
    total: trainings.length,
    by_status: counts,
    summary: {
      processed: ended.length,
      successful: counts.completed,
      failed: counts.failed,
      cancelled: counts.cancelled,
      cost_usd: costs.length > 0 ? sum(costs) : null,
      execution_seconds: sum(ended.map(({ executionMs }) => (executionMs ?? 0) / 1_000)),
    },
    trainings: trainings.map((training) => trainingView(deps, training)),
  };
};
