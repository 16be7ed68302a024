import { calculateCost, type RunCost } from '../../estimate/cost.ts';
import type { TrainingEvent } from '../event.ts';
import { holdsSlot, isTerminal } from '../status.ts';
import type { SlotHolding, Training } from '../training.ts';

/**
 * Writes the bill of a run whose end this move proves, whichever move it is, and gives back what was set aside for it;
 * what ends without a run gives it back unpaid. The one place where money is spent.
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

/** How long the run executed by the provider's word, where this event holds it. */
function getExecutionMs(event: TrainingEvent): number | undefined {
  if (event.type === 'run_ended') return event.outcome.executionMs;
  return event.type === 'output_found' ? event.executionMs : undefined;
}

/** Told to have ended badly by a provider that never told of a start. */
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

/** Whether a run of the attempt ended with this move: one that was accepted, or is held to have been. */
function hasRunEnded(before: Training, next: Training): before is SlotHolding {
  return (
    holdsSlot(before) &&
    !holdsSlot(next) &&
    (ACCEPTED_STATUSES.includes(before.status) || next.attemptsSpent > before.attemptsSpent)
  );
}
