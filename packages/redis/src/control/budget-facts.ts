import type { EventRecord } from '@trainyard/application';
import {
  holdsSlot,
  paceSampleFrom,
  type RunCost,
  sumSpentUsd,
  type Training,
  toDay,
  toMonth,
} from '@trainyard/domain';
import type { Keys } from '../redis/keys.ts';

const MILLION = 1_000_000;
/** The number of pace samples that a pool keeps. */
const MAX_PACE_SAMPLES = 50;

/** The budget facts of a revision for the scripts: only run costs that `before` does not have are added. */
export function toBudgetFacts(
  keys: Keys,
  { training, record, before }: { training: Training; record: EventRecord; before?: Training | undefined },
) {
  const runCosts = (training.runCosts ?? []).slice(before?.runCosts?.length ?? 0);
  const expected = getExpectedCost(training);
  return {
    limitsKey: keys.budgets,
    spendKey: keys.spend,
    spendEntries: runCosts.flatMap((runCost) => toSpendEntries(keys.timeZone, runCost)),
    day: toDay(record.at, keys.timeZone),
    month: toMonth(record.at, keys.timeZone),
    ...(expected !== undefined && { expected }),
    ...toBatchBudgetFacts(keys, training),
    ...toPaceFacts(keys, training, record),
  };
}

/** Converts USD to whole millionths of a USD. */
export function toMicroUsd(usd: number): number {
  return Math.round(usd * MILLION);
}

/** Converts millionths to USD; a missing amount is 0. */
export function toUsd(amount: string | number | null | undefined): number {
  return Number(amount ?? 0) / MILLION;
}

/** The field of a period's costs that were assumed, because RunPod reported no execution time. */
export function toAssumedField(period: string): string {
  return `${period}:assumed`;
}
/** The field of the number of a period's runs with an unknown or assumed cost. */
export function toUnknownField(period: string): string {
  return `${period}:unknown`;
}

/** The increments of a run cost, for its day and its month. */
function toSpendEntries(timeZone: string, runCost: RunCost): readonly (readonly [string, number])[] {
  const unknown = runCost.basis === 'assumed' || runCost.usd === undefined;
  const amount = toMicroUsd(runCost.usd ?? 0);
  return [toDay(runCost.at, timeZone), toMonth(runCost.at, timeZone)].flatMap((period) => [
    [period, amount] as const,
    ...(unknown ? [[toAssumedField(period), amount] as const, [toUnknownField(period), 1] as const] : []),
  ]);
}

/** The expected cost of an active attempt in millionths of a USD; undefined where it is unknown. */
function getExpectedCost(training: Training): number | undefined {
  const usd = holdsSlot(training) ? training.attempt.expected?.costUsd : undefined;
  return usd === undefined ? undefined : toMicroUsd(usd);
}

function toBatchBudgetFacts(keys: Keys, { request, runCosts = [], reservedUsd = 0 }: Training) {
  return request.batchId === undefined
    ? {}
    : {
        batchBudgetKey: keys.batchBudget(request.batchId),
        batchBudgetField: keys.batchBudgetField(request.batchId),
        batchUsed: toMicroUsd(sumSpentUsd(runCosts) + reservedUsd),
      };
}

function toPaceFacts(keys: Keys, training: Training, { from, to }: EventRecord) {
  const poolSample = from === to ? undefined : paceSampleFrom(training);
  return poolSample
    ? {
        paceKey: keys.pace(poolSample.pool),
        paceSample: JSON.stringify(poolSample.sample),
        paceSampleAt: poolSample.sample.at,
        maxPaceSamples: MAX_PACE_SAMPLES,
      }
    : {};
}
