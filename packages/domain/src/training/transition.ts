import type { TrainingEvent } from './event.ts';
import { notificationTypeFrom } from './notification.ts';
import { type Obligation, obligations } from './obligations.ts';
import { table } from './table.ts';
import type { Training } from './training.ts';
import { recordRunCost } from './transitions/run-cost.ts';

/** What an event made of a training. `effects` are what the new state and the change owe the world, safe to repeat. */
export interface Transition {
  readonly moved: boolean;
  readonly training: Training;
  readonly effects: readonly Obligation[];
}

type TransitionFunction = (training: Training, event: TrainingEvent) => Training;

/**
 * The whole lifecycle as a function: total, deterministic, without a clock. An event that changes nothing
 * returns the very same training with `moved: false`.
 */
export function transition(training: Training, event: TrainingEvent): Transition {
  const move = table[training.status][event.type] as TransitionFunction;
  const next = move(training, event);
  if (next === training) return { moved: false, training, effects: [] };
  const saved = { ...recordRunCost(training, next, event), rev: training.rev + 1, changedAt: event.at };
  const notifications: readonly Obligation[] = notificationTypeFrom(training, saved)
    ? [{ kind: 'notify' }]
    : [];
  return { moved: true, training: saved, effects: [...obligations(saved), ...notifications] };
}
