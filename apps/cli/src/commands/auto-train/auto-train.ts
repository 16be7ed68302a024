import { candidatesSchema } from '@trainyard/contracts';
import type { Command } from 'commander';
import { candidateLines } from '../../report/auto-train-report.ts';
import {
  type AutoTrainOptions,
  enqueueAutoTrainRun,
  followAutoTrainRun,
} from '../../report/auto-train-run.ts';
import type { CommandRunner } from '../../terminal/context.ts';
import { EXIT } from '../../terminal/exit.ts';
import { collectValues, parseAmountUsd, parseWholeNumber } from '../../terminal/options.ts';

/** Adds `trainyard auto-train` (docs/concepts/auto-train.md). */
export function addAutoTrain(program: Command, run: CommandRunner): void {
  program
    .command('auto-train')
    .description('train every actor with good data and no good model')
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
    .action(async (options: AutoTrainOptions & { readonly watch?: boolean }, command: Command) =>
      run(command, async (context) => {
        const { output } = context;
        const server = context.server();
        const enqueued = await enqueueAutoTrainRun(server, options, output);
        const isEmpty = enqueued.enqueued.length === 0;
        if (options.dryRun || (!options.watch && !isEmpty)) {
          if (!options.dryRun)
            output.writeLine(`\nFollow them with: trainyard runs show ${enqueued.id} --watch`);
          output.writeResult(enqueued, []);
          return EXIT.ok;
        }
        const progress = await followAutoTrainRun(server, enqueued, output);
        output.writeResult({ ...enqueued, progress }, []);
        return progress.summary.successful === progress.summary.processed ? EXIT.ok : EXIT.unsuccessful;
      }),
    );
}

/** Adds `trainyard candidates`. */
export function addCandidates(program: Command, run: CommandRunner): void {
  program
    .command('candidates')
    .description('list every actor with its eligibility for auto-train')
    .option('--include-unreviewed', 'include actors with a model without a verdict')
    .action(async ({ includeUnreviewed }: { readonly includeUnreviewed?: boolean }, command: Command) =>
      run(command, async ({ server, output }) => {
        const query = { include_unreviewed: includeUnreviewed };
        const found = await server().request('/api/auto-train/candidates', candidatesSchema, { query });
        output.writeResult(found, candidateLines(found.candidates));
        return undefined;
      }),
    );
}
