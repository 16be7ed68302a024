import {
  type BudgetsView,
  batchBudgetResponseSchema,
  budgetsSchema,
  trainingViewSchema,
} from '@trainyard/contracts';
import type { Command } from 'commander';
import { alignColumns, trainingLines } from '../../report/training-lines.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import { UsageError } from '../../terminal/exit.ts';
import { omitUndefined, parseAmountUsd } from '../../terminal/options.ts';

/** `trainyard budgets` and `trainyard release`. */
export function addBudgets(program: Command, run: CommandRunner): void {
  program
    .command('budgets')
    .description('what was spent and is left, by day, month and batch; with options, change it')
    .option('--day <usd>', 'what a day may cost, or none', parseLimit)
    .option('--month <usd>', 'what a month may cost, or none', parseLimit)
    .option('--batch <id>', 'change the purse of this batch instead')
    .option('--to <usd>', 'what that batch may cost, or none', parseLimit)
    .action(async (options: BudgetsOptions, command: Command) =>
      run(command, (context) => runBudgets(context, options)),
    );
  program
    .command('release <training>')
    .description('let a training that a budget holds wait its turn')
    .option(
      '--budget-usd <usd>',
      'by giving it another budget, or none; otherwise whatever its budget',
      parseLimit,
    )
    .option('--by <name>', 'who wants it')
    .action(async (id: string, options: ReleaseOptions, command: Command) =>
      run(command, (context) => runRelease(context, id, options)),
    );
}

function formatUsd(value: number | null): string {
  return value === null ? '–' : `$${value.toFixed(2)}`;
}

function budgetLines(view: BudgetsView): readonly string[] {
  return [
    ...alignColumns([
      ['PERIOD', 'BUDGET', 'SPENT', 'UNKNOWN', 'COMMITTED', 'LEFT'],
      ...[view.day, view.month].map((each) => [
        each.period,
        formatUsd(each.budget_usd),
        formatUsd(each.spent_usd),
        each.unknown_runs === 0 ? '–' : `${formatUsd(each.assumed_usd)} of ${each.unknown_runs} runs`,
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
    `Days and months of ${view.time_zone}`,
    ...(view.stop === null ? [] : [`Nothing is fetched: ${view.stop.reason}`]),
    ...(view.stop?.opens_at ? [`It opens by itself at ${view.stop.opens_at}`] : []),
  ];
}

type Limit = number | 'none';

/** An amount, or `none` for no limit at all. Thrown when it is neither: InvalidArgumentError. */
function parseLimit(text: string): Limit {
  return text === 'none' ? text : parseAmountUsd(text);
}

/** As the API says it; what was not named stays so. */
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
  if (to === undefined) throw new UsageError('Say with --to what the batch may cost.');
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
