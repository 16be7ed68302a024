import type { Command } from 'commander';
import type { Run } from '../../program/context.ts';
import { EXIT } from '../../program/exit-codes.ts';
import { amountUsd, several, wholeNumber } from '../../program/values.ts';
import { type AutoTrainOptions, enqueueAll, followRun } from './run.ts';

/** `trainyard auto-train` (SPEC §8). */
export const addAutoTrain = (program: Command, run: Run): void => {
  program
    .command('auto-train')
    .description('train every actor with good data and no good model')
    .option('--limit <number>', 'at most so many', wholeNumber)
    .option('--dry-run', 'only tell whom it would train')
    .option('--watch', 'follow all to their end; exit code 5 when any failed')
    .option('--actor <id>', 'only this one; may come several times', several)
    .option('--include-unreviewed', 'also those with a model that nobody has judged')
    .option('--policy <name>', 'another policy for the hyperparameters')
    .option('--priority <number>', 'lower is sooner', wholeNumber)
    .option('--budget <usd>', 'what all of them together may cost', amountUsd)
    .action(async (options: AutoTrainOptions & { readonly watch?: boolean }, command: Command) =>
      run(command, async (context) => {
        const { output } = context;
        const server = context.server();
        const enqueued = await enqueueAll(server, options, output);
        const isNobody = enqueued.enqueued.length === 0;
        if (options.dryRun || (!options.watch && !isNobody)) {
          if (!options.dryRun) output.line(`\nFollow them with: trainyard runs show ${enqueued.id} --watch`);
          output.answer(enqueued, []);
          return EXIT.ok;
        }
        const progress = await followRun(server, enqueued, output);
        output.answer({ ...enqueued, progress }, []);
        return progress.summary.successful === progress.summary.processed ? EXIT.ok : EXIT.unsuccessful;
      }),
    );
};
