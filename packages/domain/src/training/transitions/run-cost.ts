import { calculateCost, type RunCost } from '../../estimate/cost.ts';
import type { TrainingEvent } from '../state/event.ts';
import { holdsSlot, isTerminal } from '../state/status.ts';
import type { SlotHolding, Training } from '../state/training.ts';

/**
 * Records the cost of a run whose end this transition proves, and releases the reservation. A training that ends
 * without a run releases the reservation without a cost. Cost is recorded only here (docs/concepts/budgets.md).
 */
export function recordRunCost(before: Training, next: Training, event: TrainingEvent): Training {
  const ended = hasRunEnded(before, next);
  if (!ended && !isTerminal(next)) return next;
  if (!ended && next.reservedUsd === undefined) return next;
  const { reservedUsd: _, ...rest } = next;
  return (
    ended ? { ...rest, runCosts: [...(next.runCosts ?? []), toRunCost(before, event)] } : rest
  ) as Training;
}

/** Execution time of the run as the provider reported it with this event. */
function getExecutionMs(event: TrainingEvent): number | undefined {
  if (event.type === 'run_ended') return event.outcome.executionMs;
  return event.type === 'output_found' ? event.executionMs : undefined;
}

/** Whether the provider reported a failed end of a run that it never reported as in progress. */
function hasNeverRun({ attempt }: SlotHolding, event: TrainingEvent): boolean {
  return (
    event.type === 'run_ended' &&
    event.outcome.status !== 'completed' &&
    !('startedRunningAt' in attempt && attempt.startedRunningAt !== undefined)
  );
}

function toRunCost(before: SlotHolding, event: TrainingEvent): RunCost {
  const { number, expected } = before.attempt;
  const executionMs = getExecutionMs(event);
  const base = { attempt: number, at: event.at };
  const usd = (value: number | undefined) => (value === undefined ? {} : { usd: value });
  if (executionMs !== undefined) {
    const price = expected?.usdPerSecond;
    const cost = price === undefined ? undefined : calculateCost(executionMs, price);
    return { ...base, basis: 'execution_time', executionMs, ...usd(cost) };
  }
  if (hasNeverRun(before, event)) return { ...base, basis: 'never_ran', usd: 0 };
  return { ...base, basis: 'assumed', ...usd(expected?.costUsd) };
}

const ACCEPTED_STATUSES = ['submitted', 'running', 'cancelling'];

/** Whether a run ended with this transition: an accepted run, or a possible run that was counted as spent. */
function hasRunEnded(before: Training, next: Training): before is SlotHolding {
  return (
    holdsSlot(before) &&
    !holdsSlot(next) &&
    (ACCEPTED_STATUSES.includes(before.status) || next.attemptsSpent > before.attemptsSpent)
  );
}
