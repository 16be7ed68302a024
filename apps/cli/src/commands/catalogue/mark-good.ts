import { trainingDataGoodSchema, versionResponseSchema } from '@trainyard/contracts';
import type { Command } from 'commander';
import type { CommandRunner } from '../../terminal/context.ts';
import { EXIT, UsageError } from '../../terminal/exit.ts';
import { parseChoice } from '../../terminal/options.ts';

interface MarkOptions {
  readonly kind: 'actor' | 'style';
  readonly data?: boolean;
  readonly undo?: boolean;
  readonly unverified?: boolean;
}

/** Adds `trainyard mark-good`. */
export function addMarkGood(program: Command, run: CommandRunner): void {
  program
    .command('mark-good <subject-id> [version]')
    .description(
      'mark a version as good, by its id, name or training id; with --data the training data of an actor',
    )
    .option('--kind <kind>', 'actor or style', parseChoice('actor', 'style'), 'actor' as const)
    .option('--data', 'mark the training data instead of a version')
    .option('--undo', 'remove the mark')
    .option('--unverified', 'confirm that you checked a model that Trainyard could not verify')
    .action(async (id: string, version: string | undefined, options: MarkOptions, command: Command) =>
      run(command, async ({ server, output }) => {
        const good = !options.undo;
        const label = good ? 'good' : 'not good';
        const subject = `/api/${options.kind}s/${encodeURIComponent(id)}`;
        if (options.data) {
          if (options.kind === 'style') throw new UsageError('--data applies to actors only.');
          const path = `${subject}/training-data/mark-good`;
          const answer = await server().request(path, trainingDataGoodSchema, {
            method: 'POST',
            body: { good },
          });
          output.writeResult(answer, [`Training data of actor ${id}: ${label}`]);
          return EXIT.ok;
        }
        if (version === undefined) throw new UsageError('Pass a version or --data.');
        const body = { version_id: version, good, ...(options.unverified && { unverified: true }) };
        const answer = await server().request(`${subject}/mark-good`, versionResponseSchema, {
          method: 'POST',
          body,
        });
        output.writeResult(answer, [`Version ${answer.version.name} of ${options.kind} ${id}: ${label}`]);
        return EXIT.ok;
      }),
    );
}
