import type { EventByType, TrainingEventType } from './event.ts';
import type { TerminalStatus } from './status.ts';
import type { Training, TrainingIn, TrainingStatus } from './training.ts';
import { ignore } from './transitions/base.ts';
import { clearAttention, markRecorded, raiseAttention } from './transitions/finalizing.ts';

/** What a state answers to each event. */
export type Row<S extends TrainingStatus> = {
  readonly [E in TrainingEventType]: (training: TrainingIn<S>, event: EventByType<E>) => Training;
};

/** A budget is asked before a run begins, never after. */
export const budgetEventsIgnored = { budget_held: ignore, budget_changed: ignore, budget_released: ignore };

/** The states that absorb (I4): only a mark and the debt to the manifest can still change. */
export const terminalRow = {
  priority_changed: ignore,
  preparation_failed: ignore,
  preparation_snoozed: ignore,
  ...budgetEventsIgnored,
  submission_started: ignore,
  submission_not_sent: ignore,
  submission_refused: ignore,
  submission_accepted: ignore,
  submission_unclear: ignore,
  endpoint_counted: ignore,
  submission_refuted: ignore,
  run_observed: ignore,
  run_ended: ignore,
  run_missing: ignore,
  output_found: ignore,
  attempt_expired: ignore,
  cancel_requested: ignore,
  stop_requested: ignore,
  cancel_acknowledged: ignore,
  output_verified: ignore,
  output_missing: ignore,
  end_recorded: markRecorded,
  attention_raised: raiseAttention,
  attention_cleared: clearAttention,
} satisfies Row<TerminalStatus>;
