import type {
  Alarm,
  BatchBudget,
  BudgetStatus,
  DispatchControl,
  Slots,
  StoreFault,
} from '@trainyard/application';
import type { BudgetsView, DispatchControlView, DispatchView, SlotsView } from '@trainyard/contracts';
import {
  type Account,
  type Attempt,
  type BudgetExhaustion,
  countImages,
  getRemainingUsd,
  type Training,
} from '@trainyard/domain';
import { toIso, toIsoOrNull, toWaitingView } from './training.ts';

/** Renders the dispatch control with the active alarms. */
export function toDispatchView(
  control: DispatchControl,
  {
    stop,
    redisFault,
    storeFault,
    alarms,
  }: {
    readonly stop: BudgetExhaustion | undefined;
    readonly redisFault: string | undefined;
    readonly storeFault: StoreFault | undefined;
    readonly alarms: readonly Alarm[];
  },
): DispatchView {
  return {
    ...toControlView(control, stop),
    redis: redisFault === undefined ? null : { reason: redisFault },
    object_store: storeFault ? { reason: storeFault.reason, since: toIso(storeFault.since) } : null,
    alarms: alarms.map(({ code, since, detail }) => ({ code, since: toIso(since), detail })),
  };
}

/** Renders concurrency limit, pause, gate and budget. */
export function toControlView(
  control: DispatchControl,
  stop: BudgetExhaustion | undefined,
): DispatchControlView {
  return {
    max_concurrency: control.maxConcurrency,
    paused: control.paused,
    reason: control.reason ?? null,
    gate: control.gate ? { reason: control.gate.reason, since: toIso(control.gate.since) } : null,
    budget: toBudgetStopView(stop),
  };
}

function toSlotTraining(training: Training) {
  return {
    training_id: training.id,
    kind: training.request.subject.kind,
    subject_id: training.request.subject.id,
    status: training.status,
    priority: training.priority,
  };
}

function toRunIds(training: Training) {
  const attempt: (Attempt & { readonly runId?: string }) | undefined =
    'attempt' in training ? training.attempt : undefined;
  return { attempt: attempt?.number ?? null, runpod_job_id: attempt?.runId ?? null };
}

/** Renders the slots in use and the head of the queue. */
export function toSlotsView(slots: Slots): SlotsView {
  return {
    ...toControlView(slots.control, slots.stop),
    in_use_count: slots.inUse.length + slots.unreadableCount,
    in_use: slots.inUse.map(({ training, since }) => ({
      ...toSlotTraining(training),
      ...toRunIds(training),
      since: toIso(since),
    })),
    waiting_count: slots.waitingCount,
    next: slots.next.map(toNextView),
  };
}

function toNextView({
  training,
  waiting,
  expected,
  estimatedStart,
}: Slots['next'][number]): SlotsView['next'][number] {
  const { request, versionName } = training;
  return {
    ...toSlotTraining(training),
    version_name: versionName ?? request.versionName ?? null,
    source: request.source,
    image_count: countImages(request),
    steps: request.hyperparameters.max_train_steps,
    expected_seconds: expected.durationSeconds,
    expected_usd: expected.costUsd ?? null,
    waiting: toWaitingView(waiting),
    estimated_start: toIsoOrNull(estimatedStart),
  };
}

/** Renders the exhausted budget that stops dispatch; null when no budget is exhausted. */
function toBudgetStopView(stop: BudgetExhaustion | undefined): BudgetsView['stop'] {
  return stop
    ? { reason: stop.reason, opens_at: stop.opensAt === undefined ? null : toIso(stop.opensAt) }
    : null;
}

function toAccountView(account: Account, committedUsd: number): BudgetsView['day'] {
  return {
    period: account.period,
    budget_usd: account.budgetUsd ?? null,
    spent_usd: account.spentUsd,
    assumed_usd: account.assumedUsd,
    unknown_runs: account.unknownRuns,
    left_usd: getRemainingUsd(account, committedUsd) ?? null,
  };
}

function toBatchBudgetView({ batchId, limitUsd, usedUsd }: BatchBudget): BudgetsView['batches'][number] {
  return {
    batch_id: batchId,
    budget_usd: limitUsd,
    used_usd: usedUsd,
    left_usd: limitUsd - usedUsd,
  };
}

/** Renders the budgets of day, month and batches with spent and left amounts, in USD. */
export function toBudgetsView({ accounts, batchBudgets, timeZone, stop }: BudgetStatus): BudgetsView {
  return {
    time_zone: timeZone,
    committed_usd: accounts.committedUsd,
    day: toAccountView(accounts.day, accounts.committedUsd),
    month: toAccountView(accounts.month, accounts.committedUsd),
    batches: batchBudgets.map(toBatchBudgetView),
    stop: toBudgetStopView(stop),
  };
}
