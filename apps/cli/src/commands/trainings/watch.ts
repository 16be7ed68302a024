import type { Command } from 'commander';
import { watchTraining } from '../../report/follow-training.ts';
import type { CommandRunner } from '../../terminal/context.ts';

/** `trainyard watch`. */
export function addWatch(program: Command, run: CommandRunner): void {
  program
    .command('watch <training>')
    .description('follow a training to its end; exit code 5 unless it completes')
    .action(async (id: string, _options: object, command: Command) =>
      run(command, ({ server, output }) => watchTraining(server(), id, output)),
    );
}
