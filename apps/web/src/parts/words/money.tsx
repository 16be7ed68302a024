import type { TrainingView } from '@trainyard/contracts';
import { useServerNow } from '../../api/clock.ts';
import { formatUsd } from './format.ts';

/** An amount with the label that states how exact it is. */
export interface Amount {
  readonly word: 'estimate' | 'so far at least' | 'cost' | 'cost at least';
  readonly usd: number;
  /** Amount that was assumed for runs without a known cost. */
  readonly assumedUsd?: number;
}

/** What a training costs: the estimate before its run, a lower bound during it, the cost after it; undefined without a price. */
export function getAmount(training: TrainingView, now: number): Amount | undefined {
  const {
    usd_per_second: price,
    started_running_at: start,
    cost_usd: known,
    expected_usd: expected,
  } = training;
  if (training.ended_at !== null && known !== null) return toCost(training, known);
  if (price !== null && start !== null && training.ended_at === null) {
    const seconds = Math.max(0, (now - Date.parse(start)) / 1_000);
    return { word: 'so far at least', usd: (known ?? 0) + seconds * price };
  }
  if (training.ended_at !== null || expected === null) return undefined;
  return { word: 'estimate', usd: expected };
}

function toCost(training: TrainingView, known: number): Amount {
  const { cost_assumed_usd: assumedUsd, cost_unknown_runs: unknown } = training;
  const word = unknown > 0 ? 'cost at least' : 'cost';
  return { word, usd: known, ...(assumedUsd > 0 && { assumedUsd }) };
}

/** Amount of a training with its label; during a run it grows with the time of the server. */
export function Money({ training }: { readonly training: TrainingView }) {
  const amount = getAmount(training, useServerNow());
  if (!amount) return <span className="muted">{toUnknown(training)}</span>;
  return (
    <span className="number">
      <span className="muted">{amount.word} </span>
      <strong>{formatUsd(amount.usd)}</strong>
      {amount.assumedUsd !== undefined && (
        <span className="muted"> and {formatUsd(amount.assumedUsd)} assumed</span>
      )}
    </span>
  );
}

function toUnknown(training: TrainingView): string {
  const {
    ended_at: end,
    submitted_at: sent,
    cost_unknown_runs: unknown,
    cost_assumed_usd: assumed,
  } = training;
  if (end !== null && sent === null) return 'no cost';
  if (unknown > 0 && assumed > 0) return `cost unknown, ${formatUsd(assumed)} assumed`;
  if (unknown > 0) return 'cost unknown: RunPod reported no time of the run';
  return 'cost unknown: GPU_TYPE is not set';
}
