import { type DispatchView, dispatchSchema } from '@trainyard/contracts';
import type { Command } from 'commander';
import type { CommandRunner } from '../../terminal/context.ts';
import { omitUndefined } from '../../terminal/options.ts';

/** `trainyard pause` and `trainyard resume`. Trainings that run go on either way. */
export function addDispatch(program: Command, run: CommandRunner): void {
  const change = (command: Command, body: object) =>
    run(command, async ({ server, output }) => {
      const control = await server().request('/api/dispatch', dispatchSchema, { method: 'PUT', body });
      output.writeResult(control, controlLines(control));
      return undefined;
    });
  program
    .command('pause')
    .description('take no more trainings from the queue; those that run go on')
    .option('--reason <text>', 'why, for others')
    .action(({ reason }: { readonly reason?: string }, command: Command) =>
      change(command, { paused: true, ...omitUndefined({ reason }) }),
    );
  program
    .command('resume')
    .description('take trainings again')
    .option('--open-gate', 'also open a gate that a fault closed')
    .action(({ openGate }: { readonly openGate?: boolean }, command: Command) =>
      change(command, { paused: false, ...(openGate && { gate: null }) }),
    );
}

function controlLines({
  paused,
  max_concurrency,
  reason,
  gate,
  budget,
  alarms,
}: DispatchView): readonly string[] {
  return [
    `Dispatch: ${paused ? 'paused' : 'on'}${reason === null ? '' : ` (${reason})`}, bound ${max_concurrency}`,
    ...(gate === null ? [] : [`Gate closed since ${gate.since}: ${gate.reason}`]),
    ...(budget === null ? [] : [`Nothing is fetched: ${budget.reason}`]),
    ...alarms.map(({ code, since }) => `Alarm since ${since}: ${code}`),
  ];
}
