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

/** The money of a revision, for the scripts. Bills that are on record are not added again. */
export function toBudgetFacts(
  keys: Keys,
  { training, record, before }: { training: Training; record: EventRecord; before?: Training | undefined },
) {
  const runCosts = (training.runCosts ?? []).slice(before?.runCosts?.length ?? 0);
  const expected = getExpectedCost(training);
  return {
    limits: keys.budgets,
    spend: keys.spend,
    spent: runCosts.flatMap((runCost) => toSpendEntries(keys.timeZone, runCost)),
    day: toDay(record.at, keys.timeZone),
    month: toMonth(record.at, keys.timeZone),
    ...(expected !== undefined && { expected }),
    ...toBatchBudgetFacts(keys, training),
    ...toPaceFacts(keys, training, record),
  };
}

/** Whole millionths of a USD. */
export function toMicroUsd(usd: number): number {
  return Math.round(usd * MILLION);
}

/** Back again. @returns USD */
export function toUsd(amount: string | number | null | undefined): number {
  return Number(amount ?? 0) / MILLION;
}

/** What else is counted of a day or month beside what it spent. */
export function toAssumedField(period: string): string {
  return `${period}:assumed`;
}
export function toUnknownField(period: string): string {
  return `${period}:unknown`;
}

/** What a bill adds, to its day and to its month. */
function toSpendEntries(timeZone: string, runCost: RunCost): readonly (readonly [string, number])[] {
  const unknown = runCost.basis === 'assumed' || runCost.usd === undefined;
  const amount = toMicroUsd(runCost.usd ?? 0);
  return [toDay(runCost.at, timeZone), toMonth(runCost.at, timeZone)].flatMap((period) => [
    [period, amount] as const,
    ...(unknown ? [[toAssumedField(period), amount] as const, [toUnknownField(period), 1] as const] : []),
  ]);
}

/** What is expected of a live attempt; undefined where nothing is known. @returns millionths of a USD */
function getExpectedCost(training: Training): number | undefined {
  const usd = holdsSlot(training) ? training.attempt.expected?.costUsd : undefined;
  return usd === undefined ? undefined : toMicroUsd(usd);
}

function toBatchBudgetFacts(keys: Keys, { request, runCosts = [], reservedUsd = 0 }: Training) {
  return request.batchId === undefined
    ? {}
    : {
        batchBudget: keys.batchBudget(request.batchId),
        batchBudgetField: keys.batchBudgetField(request.batchId),
        used: toMicroUsd(sumSpentUsd(runCosts) + reservedUsd),
      };
}

function toPaceFacts(keys: Keys, training: Training, { from, to }: EventRecord) {
  const poolSample = from === to ? undefined : paceSampleFrom(training);
  return poolSample
    ? {
        pace: keys.pace(poolSample.pool),
        paceSample: JSON.stringify(poolSample.sample),
        paceSampleAt: poolSample.sample.at,
      }
    : {};
}
