import { type Connection, RefusedError } from '@trainyard/client';
import { planLines, waitingLines } from '@trainyard/client/report';
import { type AutoTrainRunView, candidatesSchema } from '@trainyard/contracts';
import type { Command } from 'commander';
import {
  type AutoTrainOptions,
  enqueueAutoTrainRun,
  planAutoTrainRun,
  startPlannedRun,
} from '../../report/auto-train-run.ts';
import { candidateLines } from '../../report/selection-lines.ts';
import { askYesNo } from '../../terminal/ask.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import { EXIT, type ExitCode, UsageError } from '../../terminal/exit.ts';
import { collectValues, parseAmountUsd, parseWholeNumber } from '../../terminal/options.ts';
import { watchRun } from './watch-run.ts';

/** Adds `trainyard auto-train` (docs/concepts/auto-train.md). */
export function addAutoTrain(program: Command, run: CommandRunner): void {
  program
    .command('auto-train')
    .description('train actors with good data and no good model')
    .option('--limit <number>', 'maximum number of actors', parseWholeNumber)
    .option('--all', 'every eligible actor, whatever AUTO_TRAIN_LIMIT is')
    .option('--dry-run', 'show the result without enqueueing')
    .option('--watch', 'follow all trainings to their end; exit code 5 if any failed')
    .option('--actor <id>', 'train only this actor; repeatable', collectValues)
    .option('--include-unreviewed', 'include actors with a model without a verdict')
    .option('--validation', 'create sample pictures at the end of each training')
    .option(
      '--prompt <text>',
      'prompt of sample pictures, {trigger} is the trigger of each actor; repeatable',
      collectValues,
    )
    .option('--policy <name>', 'policy of the hyperparameters')
    .option('--priority <number>', 'lower runs first', parseWholeNumber)
    .option('--budget <usd>', 'budget of the run in USD', parseAmountUsd)
    .option('--yes', 'start without the question')
    .option('--all-reasons', ALL_REASONS)
    .addHelpText(
      'after',
      `\n${BOUND_HELP}\nOn a terminal, the command shows count, time and cost and asks before it\nenqueues; elsewhere it needs --yes.`,
    )
    .action(async (options: Options, command: Command) =>
      run(command, (context) => trainActors(context, options)),
    );
}

const ALL_REASONS = 'list every skipped actor with all its reasons, also above 20 actors';

type Options = AutoTrainOptions & { readonly watch?: boolean; readonly yes?: boolean };

const BOUND_HELP = 'Give --limit, --actor, --budget or --all, unless AUTO_TRAIN_LIMIT is set.';

async function trainActors(context: Context, options: Options): Promise<ExitCode> {
  const { output } = context;
  if (options.all && options.limit !== undefined) throw new UsageError('Give either --limit or --all.');
  const server = context.server();
  if (options.dryRun) {
    output.writeResult(await enqueueAutoTrainRun(server, options, output), []);
    return EXIT.ok;
  }
  const started = options.yes
    ? await enqueueAutoTrainRun(server, options, output).catch(inWordsOfOptions)
    : await startAfterQuestion(context, server, options);
  if (typeof started === 'number') return started;
  if (options.watch || started.enqueued.length === 0) return watchRun(context, server, started);
  output.writeLine(`\nFollow them:\n  npx trainyard runs show ${started.id} --watch`);
  output.writeResult(started, []);
  return EXIT.ok;
}

/** The server names the fields of the API; the person at the terminal gives options. */
function inWordsOfOptions(error: unknown): never {
  const issues = error instanceof RefusedError ? (error.problem.issues ?? []) : [];
  const isUnbounded = issues.some(({ path, message }) => path === 'limit' && message.includes('all: true'));
  throw isUnbounded ? new UsageError(BOUND_HELP) : error;
}

/** Shows the plan and asks before it starts. Throws UsageError without a terminal, and without a limit of the run. */
async function startAfterQuestion(
  context: Context,
  server: Connection,
  options: Options,
): Promise<AutoTrainRunView | ExitCode> {
  const { output, input, screen } = context;
  if (input === undefined || !output.isTerminal)
    throw new UsageError(
      'auto-train starts paid trainings, and there is no terminal to ask on. Add --yes to start without the question, or --dry-run to see the plan.',
    );
  const plan = await planAutoTrainRun(server, options, output);
  if (plan.enqueued.length === 0) return EXIT.ok;
  assertBounded(plan);
  for (const line of ['', ...planLines(plan), ...waitingLines(plan), '']) output.writeLine(line);
  const count = plan.enqueued.length;
  const answer = await askYesNo({ input, screen }, `Start ${count} training${count === 1 ? '' : 's'}?`);
  if (answer === 'yes') return startPlannedRun(server, options, { plan, output });
  output.writeLine('Nothing was enqueued.');
  return answer === 'interrupted' ? EXIT.interrupted : EXIT.declined;
}

function assertBounded({ order, enqueued }: AutoTrainRunView): void {
  const { limit, actor_ids: actors, budget_usd: budget, all } = order;
  if (limit !== undefined || actors !== undefined || budget !== undefined || all) return;
  throw new UsageError(
    `Give --limit, --actor, --budget or --all: without one of them, all ${enqueued.length} eligible actors would be trained.`,
  );
}

type CandidateOptions = Pick<Options, 'includeUnreviewed' | 'allReasons'>;

/** Adds `trainyard candidates`. */
export function addCandidates(program: Command, run: CommandRunner): void {
  program
    .command('candidates')
    .description('list every actor with its eligibility for auto-train')
    .option('--include-unreviewed', 'include actors with a model without a verdict')
    .option('--all-reasons', ALL_REASONS)
    .action(async ({ includeUnreviewed, allReasons }: CandidateOptions, command: Command) =>
      run(command, async ({ server, output }) => {
        const query = { include_unreviewed: includeUnreviewed };
        const found = await server().request('/api/auto-train/candidates', candidatesSchema, { query });
        output.writeResult(found, candidateLines(found.candidates, { allReasons, width: output.width }));
        return undefined;
      }),
    );
}
