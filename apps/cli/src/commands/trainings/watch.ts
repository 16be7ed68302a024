import type { Command } from 'commander';
import type { CommandRunner } from '../../terminal/context.ts';
import { watchTraining } from '../../report/follow-training.ts';

/** `trainyard watch`. */
export const addWatch = (program: Command, run: CommandRunner): void => {
  program
    .command('watch <training>')
    .description('follow a training to its end; exit code 5 unless it completes')
    .action(async (id: string, _options: object, command: Command) =>
      run(command, ({ server, output }) => watchTraining(server(), id, output)),
    );
};
