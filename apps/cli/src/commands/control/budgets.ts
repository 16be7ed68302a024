import {
  type BudgetsView,
  batchBudgetResponseSchema,
  budgetsSchema,
  trainingViewSchema,
} from '@trainyard/contracts';
import { formatUsd as formatAmount, nextDay, omitUndefined, toDay } from '@trainyard/domain';
import type { Command } from 'commander';
import { alignColumns, trainingLines } from '../../report/training-lines.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import { UsageError } from '../../terminal/exit.ts';
import { parseAmountUsd } from '../../terminal/options.ts';
import { formatInZones } from '../../terminal/zones.ts';

/** Adds `trainyard budgets` and `trainyard release` (docs/concepts/budgets.md). */
export function addBudgets(program: Command, run: CommandRunner): void {
  program
    .command('budgets')
    .description('show spent and remaining amounts of day, month and batches; with options, change a budget')
    .option('--day <usd>', 'daily budget in USD, or none', parseLimit)
    .option('--month <usd>', 'monthly budget in USD, or none', parseLimit)
    .option('--batch <id>', 'change the budget of this batch')
    .option('--to <usd>', 'budget of that batch in USD, or none', parseLimit)
    .action(async (options: BudgetsOptions, command: Command) =>
      run(command, (context) => runBudgets(context, options)),
    );
  program
    .command('release <training>')
    .description('continue a training that a budget holds')
    .option(
      '--budget-usd <usd>',
      'new budget of the training, or none; without it, the budget is overridden',
      parseLimit,
    )
    .option('--by <name>', 'name of the operator')
    .action(async (id: string, options: ReleaseOptions, command: Command) =>
      run(command, (context) => runRelease(context, id, options)),
    );
}

function formatUsd(value: number | null): string {
  return value === null ? '–' : formatAmount(value);
}

function budgetLines(view: BudgetsView): readonly string[] {
  return [
    ...alignColumns([
      ['PERIOD', 'BUDGET', 'SPENT', 'COST UNKNOWN', 'COMMITTED', 'LEFT'],
      ...[view.day, view.month].map((each) => [
        each.period,
        formatUsd(each.budget_usd),
        formatUsd(each.spent_usd),
        each.unknown_runs === 0
          ? '–'
          : `${formatUsd(each.assumed_usd)} of ${each.unknown_runs} run${each.unknown_runs === 1 ? '' : 's'}`,
        formatUsd(view.committed_usd),
        formatUsd(each.left_usd),
      ]),
      ...view.batches.map((each) => [
        each.batch_id,
        formatUsd(each.budget_usd),
        formatUsd(each.used_usd),
        '–',
        '–',
        formatUsd(each.left_usd),
      ]),
    ]),
    ...([view.day, view.month].some(({ unknown_runs: runs }) => runs > 0)
      ? ['COST UNKNOWN: assumed cost of runs whose cost RunPod did not report.']
      : []),
    `Time zone of days and months: ${view.time_zone}`,
    `The day ends ${formatInZones(toDayEnd(view), view.time_zone)}`,
    ...(view.stop === null ? [] : [`Dispatch stopped: ${view.stop.reason}`]),
    ...(view.stop?.opens_at ? [`Dispatch resumes ${formatInZones(view.stop.opens_at, view.time_zone)}`] : []),
  ];
}

const HOUR_MS = 3_600_000;
/** The earliest zone is 14 h ahead of UTC. */
const MAX_OFFSET_MS = 14 * HOUR_MS;

/** The end of the day that the server reports, in the time zone of the budgets. @returns epoch ms */
function toDayEnd({ day: { period }, time_zone: zone }: BudgetsView): number {
  let at = Date.parse(`${period}T00:00:00Z`) - MAX_OFFSET_MS;
  while (toDay(at, zone) < period) at += HOUR_MS;
  return nextDay(at, zone);
}

type Limit = number | 'none';

/** Parses an amount in USD, or `none` for no limit. Throws InvalidArgumentError. */
function parseLimit(text: string): Limit {
  return text === 'none' ? text : parseAmountUsd(text);
}

/** Maps `none` to null as the API expects it; undefined means unchanged. */
function toUsdOrNull<T extends Limit | undefined>(amount: T) {
  return amount === 'none' ? null : amount;
}

interface BudgetsOptions {
  readonly day?: Limit;
  readonly month?: Limit;
  readonly batch?: string;
  readonly to?: Limit;
}

async function changeBatch({ server, output }: Context, batchId: string, to: Limit | undefined) {
  if (to === undefined) throw new UsageError('Pass the new budget of the batch with --to.');
  const answer = await server().request(
    `/api/budgets/batches/${encodeURIComponent(batchId)}`,
    batchBudgetResponseSchema,
    { method: 'PUT', body: { budget_usd: toUsdOrNull(to) } },
  );
  output.writeResult(answer, [...budgetLines(answer.budgets), `Released: ${answer.released.length}`]);
}

async function runBudgets(context: Context, options: BudgetsOptions): Promise<undefined> {
  if (options.batch !== undefined) {
    await changeBatch(context, options.batch, options.to);
    return undefined;
  }
  const change = omitUndefined({ day_usd: toUsdOrNull(options.day), month_usd: toUsdOrNull(options.month) });
  const requestOptions = Object.keys(change).length === 0 ? {} : ({ method: 'PUT', body: change } as const);
  const view = await context.server().request('/api/budgets', budgetsSchema, requestOptions);
  context.output.writeResult(view, budgetLines(view));
  return undefined;
}

interface ReleaseOptions {
  readonly budgetUsd?: Limit;
  readonly by?: string;
}

async function runRelease(
  { server, output }: Context,
  id: string,
  { budgetUsd, by }: ReleaseOptions,
): Promise<undefined> {
  const path = `/api/trainings/${encodeURIComponent(id)}`;
  const training =
    budgetUsd === undefined
      ? await server().request(`${path}/release`, trainingViewSchema, {
          method: 'POST',
          body: omitUndefined({ by }),
        })
      : await server().request(path, trainingViewSchema, {
          method: 'PATCH',
          body: { budget_usd: toUsdOrNull(budgetUsd) },
        });
  output.writeResult(training, trainingLines(training));
  return undefined;
}
