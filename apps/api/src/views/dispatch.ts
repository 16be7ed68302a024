import type { Alarm, DispatchControl, Slots } from '@trainyard/application';
import type { DispatchControlView, DispatchView, SlotsView } from '@trainyard/contracts';
import type { Attempt, BudgetExhaustion, Training } from '@trainyard/domain';
import { stopView } from './budgets.ts';
import { iso, isoOrNull } from './time.ts';

/** The gate, the pause and the bound. */
export const controlView = (control: DispatchControl, stop: BudgetExhaustion | undefined): DispatchControlView => ({
  bound: control.maxConcurrency,
  paused: control.paused,
  reason: control.reason ?? null,
  gate: control.gate ? { reason: control.gate.reason, since: iso(control.gate.since) } : null,
  budget: stopView(stop),
});

/** The same with the alarms that are raised. */
export const dispatchView = (
  control: DispatchControl,
  { stop, alarms }: { readonly stop: BudgetExhaustion | undefined; readonly alarms: readonly Alarm[] },
): DispatchView => ({
  ...controlView(control, stop),
  alarms: alarms.map(({ code, since, detail }) => ({ code, since: iso(since), detail })),
});

const occupantOf = (training: Training) => ({
  training_id: training.id,
  kind: training.request.subject.kind,
  subject_id: training.request.subject.id,
  status: training.status,
  priority: training.priority,
});

const runOf = (training: Training) => {
  const attempt: (Attempt & { readonly runId?: string }) | undefined =
    'attempt' in training ? training.attempt : undefined;
  return { attempt: attempt?.number ?? null, runpod_job_id: attempt?.runId ?? null };
};

/** Who holds the bound, and who is next. */
export const slotsView = (slots: Slots): SlotsView => ({
  ...controlView(slots.control, slots.stop),
  in_use_count: slots.inUse.length,
  in_use: slots.inUse.map(({ training, since }) => ({
    ...occupantOf(training),
    ...runOf(training),
    since: iso(since),
  })),
  waiting_count: slots.waitingCount,
  next: slots.next.map(({ training, estimatedStart }) => ({
    ...occupantOf(training),
    estimated_start: isoOrNull(estimatedStart),
  })),
});
