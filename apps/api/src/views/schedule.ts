import { type Deps, listNextTicks } from '@trainyard/application';
import type { ScheduleView } from '@trainyard/contracts';
import type { Schedule } from '@trainyard/domain';
import { toIso } from './time.ts';

const NEXT_SHOWN = 5;

/** The schedule with its next ticks and what became of the last. */
export function toScheduleView(deps: Pick<Deps, 'cron' | 'clock'>, schedule: Schedule): ScheduleView {
  const { plan, ticks } = schedule;
  return {
    schedule: plan
      ? {
          cron: plan.cron,
          tz: plan.tz,
          enabled: plan.enabled,
          limit: plan.limit ?? null,
          budget_usd: plan.budgetUsd ?? null,
        }
      : null,
    next_ticks: listNextTicks(deps, schedule, NEXT_SHOWN).map(toIso),
    ticks: ticks.map(({ at, outcome, handledAt, batchId }) => ({
      at: toIso(at),
      outcome,
      handled_at: toIso(handledAt),
      run_id: batchId ?? null,
    })),
  };
}
