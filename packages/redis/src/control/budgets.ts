import {
  type BatchBudget,
  type BudgetChange,
  type BudgetLimits,
  type Budgets,
  type EventRecord,
  listCostChanges,
} from '@trainyard/application';
import {
  type Account,
  type Accounts,
  holdsSlot,
  type PaceSample,
  paceSampleFrom,
  type RunCost,
  sumSpentUsd,
  type Training,
  toDay,
  toMonth,
} from '@trainyard/domain';
import type { Redis } from 'ioredis';
import { withStoreErrors } from '../redis/calls.ts';
import { type Keys, STREAM_MAX_LENGTH } from '../redis/keys.ts';

interface BudgetContext {
  readonly redis: Redis;
  readonly keys: Keys;
}

/** Budgets and costs, which the scripts of the trainings write. `onChange` runs after a change of the limits. */
export function createBudgets(context: BudgetContext, onChange: () => Promise<void>): Budgets {
  const { keys } = context;
  const pace = createPaceReader(context);
  return {
    timeZone: keys.timeZone,
    getLimits: () => withStoreErrors(() => readLimits(context)),
    setLimits: (change) =>
      withStoreErrors(async () => {
        await setLimits(context, change);
        await onChange();
      }),
    getAccounts: (nowMs) => withStoreErrors(() => readAccounts(context, nowMs)),
    listBatchBudgets: () => withStoreErrors(() => readBatchBudgets(context)),
    deleteBatchBudgets: (batchIds) => withStoreErrors(() => deleteBatchBudgets(context, batchIds)),
    listPaceSamples: (pool) => withStoreErrors(() => pace(pool)),
  };
}

/** An empty limit was deleted by an operator; the setting of the environment does not restore it. */
function parseLimit(text: string | null | undefined): number | undefined {
  return text === undefined || text === null || text === '' ? undefined : toUsd(text);
}

async function readLimits({ redis, keys }: BudgetContext): Promise<BudgetLimits> {
  const { day, month, ...others } = await redis.hgetall(keys.budgets);
  const [dayUsd, monthUsd] = [parseLimit(day), parseLimit(month)];
  const batches = Object.entries(others).flatMap(([field, text]) => {
    const limit = parseLimit(text);
    return limit === undefined ? [] : [[field.replace(/^batch:/, ''), limit] as const];
  });
  return {
    ...(dayUsd !== undefined && { dayUsd }),
    ...(monthUsd !== undefined && { monthUsd }),
    batches: Object.fromEntries(batches),
  };
}

async function setLimits({ redis, keys }: BudgetContext, change: BudgetChange): Promise<void> {
  const write = redis.multi();
  const set = (field: string, usd: number | null | undefined): void => {
    if (usd !== undefined) write.hset(keys.budgets, field, usd === null ? '' : toMicroUsd(usd));
  };
  set('day', change.dayUsd);
  set('month', change.monthUsd);
  for (const [batchId, usd] of Object.entries(change.batches ?? {})) set(keys.batchBudgetField(batchId), usd);
  // The last refusal may fit the new limits.
  write.hdel(keys.control, 'budget_refused');
  write.xadd(keys.stream, 'MAXLEN', '~', STREAM_MAX_LENGTH, '*', 'budgets', '1');
  await write.exec();
}

function toAccount(period: string, limit: string | null, row: readonly (string | null)[]): Account {
  const [spent, assumed, unknown] = row;
  const budgetUsd = parseLimit(limit);
  return {
    period,
    ...(budgetUsd !== undefined && { budgetUsd }),
    spentUsd: toUsd(spent),
    assumedUsd: toUsd(assumed),
    unknownRuns: Number(unknown ?? 0),
  };
}

function parseRefusal(text: string | null): Pick<Accounts, 'refused'> {
  if (text === null) return {};
  const { microUsd, at } = JSON.parse(text) as { microUsd: number; at: number };
  return { refused: { usd: toUsd(microUsd), at } };
}

async function readAccounts({ redis, keys }: BudgetContext, nowMs: number): Promise<Accounts> {
  const [day, month] = [toDay(nowMs, keys.timeZone), toMonth(nowMs, keys.timeZone)];
  const toFields = (period: string) => [period, toAssumedField(period), toUnknownField(period)];
  const [limits, spent, live, refused] = await Promise.all([
    redis.hmget(keys.budgets, 'day', 'month'),
    redis.hmget(keys.spend, ...toFields(day), ...toFields(month)),
    redis.hvals(keys.activeAttempts),
    redis.hget(keys.control, 'budget_refused'),
  ]);
  const expected = live.map((entry) => (JSON.parse(entry) as { expected?: number }).expected ?? 0);
  return {
    day: toAccount(day, limits[0] ?? null, spent.slice(0, 3)),
    month: toAccount(month, limits[1] ?? null, spent.slice(3)),
    committedUsd: toUsd(expected.reduce((sum, each) => sum + each, 0)),
    ...parseRefusal(refused),
  };
}

async function readBatchBudgets(context: BudgetContext): Promise<readonly BatchBudget[]> {
  const { batches } = await readLimits(context);
  return Promise.all(
    Object.entries(batches).map(async ([batchId, limitUsd]) => ({
      batchId,
      limitUsd,
      usedUsd: toUsd(await context.redis.hget(context.keys.batchBudget(batchId), 'used')),
    })),
  );
}

async function deleteBatchBudgets(
  { redis, keys }: BudgetContext,
  batchIds: readonly string[],
): Promise<number> {
  const counts = await Promise.all(
    batchIds.map((id) =>
      Promise.all([redis.del(keys.batchBudget(id)), redis.hdel(keys.budgets, keys.batchBudgetField(id))]),
    ),
  );
  return counts.filter(([budgets, limits]) => budgets + limits > 0).length;
}

/** Pace samples change with each finished run; every acceptance reads them, so they are cached. Real ms. */
const PACE_CACHE_MS = 500;

function createPaceReader({ redis, keys }: BudgetContext) {
  const cache = new Map<string, { readonly at: number; readonly samples: Promise<readonly PaceSample[]> }>();
  const read = async (pool: string): Promise<readonly PaceSample[]> =>
    (await redis.zrange(keys.pace(pool), '0', '-1')).map((each) => JSON.parse(each) as PaceSample);
  return (pool: string): Promise<readonly PaceSample[]> => {
    const cached = cache.get(pool);
    if (cached && performance.now() - cached.at < PACE_CACHE_MS) return cached.samples;
    const samples = read(pool);
    cache.set(pool, { at: performance.now(), samples });
    samples.catch(() => cache.delete(pool));
    return samples;
  };
}

const MILLION = 1_000_000;
/** The number of pace samples that a pool keeps. */
const MAX_PACE_SAMPLES = 50;

/** The budget facts of a revision for the scripts: the run costs that it adds to those of `before`, or removes. */
export function toBudgetFacts(
  keys: Keys,
  { training, record, before }: { training: Training; record: EventRecord; before?: Training | undefined },
) {
  const costChanges = listCostChanges(before, training);
  const expected = getExpectedCost(training);
  return {
    limitsKey: keys.budgets,
    spendKey: keys.spend,
    spendEntries: costChanges.flatMap((change) => toSpendEntries(keys.timeZone, change)),
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
function toAssumedField(period: string): string {
  return `${period}:assumed`;
}
/** The field of the number of a period's runs with an unknown or assumed cost. */
function toUnknownField(period: string): string {
  return `${period}:unknown`;
}

/** The increments of an added (sign 1) or removed (-1) run cost, for its day and its month. */
function toSpendEntries(
  timeZone: string,
  { cost: runCost, sign }: { readonly cost: RunCost; readonly sign: 1 | -1 },
): readonly (readonly [string, number])[] {
  const unknown = runCost.basis === 'assumed' || runCost.usd === undefined;
  const amount = sign * toMicroUsd(runCost.usd ?? 0);
  return [toDay(runCost.at, timeZone), toMonth(runCost.at, timeZone)].flatMap((period) => [
    [period, amount] as const,
    ...(unknown ? [[toAssumedField(period), amount] as const, [toUnknownField(period), sign] as const] : []),
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
