import { notificationTypeFrom, type Obligation, obligations } from './obligations.ts';
import type { TrainingEvent } from './state/event.ts';
import type { Training } from './state/training.ts';
import { table } from './table.ts';
import { recordRunCost } from './transitions/run.ts';

/**
 * The result of an event. `effects` are the obligations of the new state, plus `notify` when the change is published;
 * each is safe to repeat. Without a change (`moved: false`) there are no effects.
 */
export interface Transition {
  readonly moved: boolean;
  readonly training: Training;
  readonly effects: readonly Obligation[];
}

type TransitionFunction = (training: Training, event: TrainingEvent) => Training;

/**
 * The lifecycle as a function: total, deterministic and without a clock. A change raises `rev` by one, and records the
 * cost of a run whose end it proves. An event without a change returns the same object with `moved: false`.
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
