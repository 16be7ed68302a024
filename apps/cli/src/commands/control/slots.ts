import { dispatchSchema, slotsSchema } from '@trainyard/contracts';
import type { Command } from 'commander';
import { loadTimeNote } from '../../report/simulated-time.ts';
import { slotLines } from '../../report/slot-lines.ts';
import { loadSubjectNames, NO_NAMES } from '../../subjects/subject-names.ts';
import type { CommandRunner } from '../../terminal/context.ts';
import { parseWholeNumber } from '../../terminal/options.ts';
import { controlLines } from './dispatch.ts';

/** Adds `trainyard slots` and `trainyard concurrency` (docs/concepts/dispatch-and-slots.md). */
export function addSlots(program: Command, run: CommandRunner): void {
  program
    .command('slots')
    .description('show the slots in use and the next trainings of the queue')
    .action((_: object, command: Command) =>
      run(command, async ({ server, output }) => {
        const connection = server();
        const slots = await connection.request('/api/slots', slotsSchema);
        const names = output.json ? NO_NAMES : await loadSubjectNames(connection);
        output.writeResult(slots, [
          ...(await loadTimeNote(connection, output)),
          ...slotLines(slots, { names, width: output.width }),
        ]);
        return undefined;
      }),
    );
  program
    .command('concurrency')
    .argument('[number]', 'new limit, 1 to 1000', parseWholeNumber)
    .description('show or change how many trainings run at once; a lower limit stops no run')
    .action((limit: number | undefined, _: object, command: Command) =>
      run(command, async ({ server, output }) => {
        const change =
          limit === undefined ? {} : ({ method: 'PUT', body: { max_concurrency: limit } } as const);
        const control = await server().request('/api/dispatch', dispatchSchema, change);
        output.writeResult(control, controlLines(control));
        return undefined;
      }),
    );
}
