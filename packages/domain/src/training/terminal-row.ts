import type { EventOf, TrainingEventType } from './event.ts';
import { stay } from './transitions/base.ts';
import { raise, recorded, settle } from './transitions/ending.ts';
import type { TerminalStatus } from './status.ts';
import type { Training, TrainingIn, TrainingStatus } from './training.ts';

/** What a state answers to each event. */
export type Row<S extends TrainingStatus> = {
  readonly [E in TrainingEventType]: (training: TrainingIn<S>, event: EventOf<E>) => Training;
};

/** A budget is asked before a run begins, never after. */
export const noLonger = { budget_held: stay, budget_changed: stay, budget_released: stay };

/** The states that absorb (I4): only a mark and the debt to the manifest can still change. */
export const ended = {
  priority_changed: stay,
  preparation_failed: stay,
  preparation_postponed: stay,
  ...noLonger,
  submission_started: stay,
  submission_not_sent: stay,
  submission_refused: stay,
  submission_accepted: stay,
  submission_unclear: stay,
  endpoint_counted: stay,
  submission_refuted: stay,
  run_observed: stay,
  run_ended: stay,
  run_missing: stay,
  output_found: stay,
  attempt_expired: stay,
  cancel_requested: stay,
  recall_requested: stay,
  cancel_acknowledged: stay,
  output_verified: stay,
  output_missing: stay,
  end_recorded: recorded,
  attention_raised: raise,
  attention_settled: settle,
} satisfies Row<TerminalStatus>;
