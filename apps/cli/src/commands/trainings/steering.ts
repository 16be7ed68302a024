import { randomUUID } from 'node:crypto';
import { trainingViewSchema } from '@trainyard/contracts';
import type { Command } from 'commander';
import type { Run } from '../../program/context.ts';
import { defined, named, type Values, wholeNumber } from '../../program/values.ts';
import { trainingLines } from '../../report/training-lines.ts';

interface RetryOptions {
  readonly policy?: string;
  readonly set?: Values;
  readonly priority?: number;
}

const pathOf = (id: string, action: string): string => `/api/trainings/${encodeURIComponent(id)}/${action}`;

/** `trainyard cancel` and `trainyard retry`. */
export const addSteering = (program: Command, run: Run): void => {
  program
    .command('cancel <training>')
    .description('cancel it; one that runs is cancelling until the provider confirms it')
    .option('--by <name>', 'who wants it')
    .action(async (id: string, { by }: { readonly by?: string }, command: Command) =>
      run(command, async ({ server, output }) => {
        const body = defined({ by });
        const asked = server().ask(pathOf(id, 'cancel'), trainingViewSchema, { method: 'POST', body });
        const training = await asked;
        output.answer(training, trainingLines(training));
        return undefined;
      }),
    );
  program
    .command('retry <training>')
    .description('train the same inputs again, as a training of its own')
    .option('--policy <name>', 'another policy')
    .option('-s, --set <name=value>', 'another hyperparameter; may come several times', named)
    .option('--priority <number>', 'lower is sooner', wholeNumber)
    .action(async (id: string, { policy, set, priority }: RetryOptions, command: Command) =>
      run(command, async ({ server, output }) => {
        const training = await server().ask(pathOf(id, 'retry'), trainingViewSchema, {
          method: 'POST',
          body: defined({ policy, hyperparameters: set, priority }),
          idempotencyKey: randomUUID(),
        });
        output.answer(training, trainingLines(training));
        return undefined;
      }),
    );
};
