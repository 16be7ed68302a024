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

/** `trainyard auto-train` (SPEC §8). */
export function addAutoTrain(program: Command, run: CommandRunner): void {
  program
    .command('auto-train')
    .description('train every actor with good data and no good model')
    .option('--limit <number>', 'at most so many', parseWholeNumber)
    .option('--dry-run', 'only tell whom it would train')
    .option('--watch', 'follow all to their end; exit code 5 when any failed')
    .option('--actor <id>', 'only this one; may come several times', collectValues)
    .option('--include-unreviewed', 'also those with a model that nobody has judged')
    .option('--policy <name>', 'another policy for the hyperparameters')
    .option('--priority <number>', 'lower is sooner', parseWholeNumber)
    .option('--budget <usd>', 'what all of them together may cost', parseAmountUsd)
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

/** `trainyard candidates`. */
export function addCandidates(program: Command, run: CommandRunner): void {
  program
    .command('candidates')
    .description('every actor, and whether auto-train would take it')
    .option('--include-unreviewed', 'also those with a model that nobody has judged')
    .action(async ({ includeUnreviewed }: { readonly includeUnreviewed?: boolean }, command: Command) =>
      run(command, async ({ server, output }) => {
        const query = { include_unreviewed: includeUnreviewed };
        const found = await server().request('/api/auto-train/candidates', candidatesSchema, { query });
        output.writeResult(found, candidateLines(found.candidates));
        return undefined;
      }),
    );
}
