import { candidatesSchema } from '@trainyard/contracts';
import type { Command } from 'commander';
import { candidateLines } from '../../report/auto-train-report.ts';
import type { CommandRunner } from '../../terminal/context.ts';

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
