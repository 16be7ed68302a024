import type { BudgetsView, DispatchView, TrainingView } from '@trainyard/contracts';
import { formatTime, formatUsd } from '../../../parts/words/format.ts';

/** Something that needs the person. `at`: epoch ms, for the order. */
export type AttentionItem =
  | { readonly kind: 'training' | 'failure'; readonly at: number; readonly training: TrainingView }
  | {
      readonly kind: 'gate' | 'fault' | 'alarm' | 'budget';
      readonly at: number;
      readonly title: string;
      readonly detail: string;
    };

/** Share of a budget from which on it needs attention. */
const BUDGET_SHARE = 0.8;

/** The state that items are made of. */
export interface AttentionFacts {
  readonly dispatch: DispatchView | undefined;
  readonly budgets: BudgetsView | undefined;
  readonly flagged: readonly TrainingView[];
  readonly ended: readonly TrainingView[];
  /** End of the last visit, epoch ms. */
  readonly lastVisit: number;
  readonly now: number;
}

/** Lists what needs the person, newest first; models to review are added by the page. */
export function listAttentionItems(facts: AttentionFacts): readonly AttentionItem[] {
  const items = [
    ...listDispatchItems(facts),
    ...facts.flagged.map((training) => ({
      ...({ kind: 'training', training } as const),
      at: Date.parse(training.needs_attention?.since ?? training.changed_at),
    })),
    ...listFailures(facts),
    ...listBudgetItems(facts),
  ];
  return items.toSorted((one, other) => other.at - one.at);
}

function listFailures({ ended, lastVisit }: AttentionFacts): readonly AttentionItem[] {
  return ended
    .filter(({ status }) => status === 'failed' || status === 'timed_out')
    .map((training) => ({
      kind: 'failure' as const,
      training,
      at: Date.parse(training.ended_at ?? training.changed_at),
    }))
    .filter(({ at }) => at > lastVisit);
}

const ALARM_WORDS: Readonly<Record<DispatchView['alarms'][number]['code'], string>> = {
  endpoint_runs_unknown: 'The endpoint has more live runs than Trainyard knows',
  live_attempt_without_active_job: 'A live run has no job that follows it',
  catalogue_entry_unreadable: 'An entry of the catalogue cannot be read',
  catalogue_ambiguous: 'A subject has several entries in the catalogue',
  object_info_unreadable: 'The list of ComfyUI nodes cannot be read',
  recover_required: 'Redis lost data',
};

function listDispatchItems({ dispatch, now }: AttentionFacts): readonly AttentionItem[] {
  if (!dispatch) return [];
  const { gate, redis, object_store: store, alarms } = dispatch;
  return [
    ...alarms.map(({ code, since, detail }) => ({
      ...{ kind: 'alarm' as const, at: Date.parse(since), title: ALARM_WORDS[code] },
      detail:
        code === 'recover_required' ? 'An operator must run `trainyard recover`.' : getAlarmText(detail),
    })),
    ...(redis
      ? [{ kind: 'fault' as const, at: now, title: 'Redis accepts no changes', detail: redis.reason }]
      : []),
    ...(store
      ? [
          {
            kind: 'fault' as const,
            at: Date.parse(store.since),
            title: 'The object store refuses requests',
            detail: store.reason,
          },
        ]
      : []),
    ...(gate
      ? [
          {
            kind: 'gate' as const,
            at: Date.parse(gate.since),
            title: `Dispatch stopped at ${formatTime(gate.since, now)}`,
            detail: gate.reason,
          },
        ]
      : []),
  ];
}

function getAlarmText(detail: Readonly<Record<string, unknown>>): string {
  const { text } = detail;
  return typeof text === 'string' ? text : 'See the log of the servers.';
}

function listBudgetItems({ budgets, now }: AttentionFacts): readonly AttentionItem[] {
  if (!budgets) return [];
  const periods = [
    { name: 'The budget of this day', account: budgets.day },
    { name: 'The budget of this month', account: budgets.month },
  ];
  return periods.flatMap(({ name, account: { budget_usd: limit, spent_usd: spent } }) => {
    if (limit === null || limit === 0 || spent < BUDGET_SHARE * limit) return [];
    const share = Math.floor((spent / limit) * 100);
    const title = spent >= limit ? `${name} is used up` : `${name} is used to ${share} %`;
    return [
      { kind: 'budget' as const, at: now, title, detail: `${formatUsd(spent)} of ${formatUsd(limit)}` },
    ];
  });
}
