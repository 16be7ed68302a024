import { type DispatchView, dispatchSchema } from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import type { Command } from 'commander';
import type { CommandRunner } from '../../terminal/context.ts';
import { formatTime } from '../../terminal/format.ts';
import { paint } from '../../terminal/style.ts';

/** Adds `trainyard pause` and `trainyard resume`. Running trainings continue in both cases. */
export function addDispatch(program: Command, run: CommandRunner): void {
  const change = (command: Command, body: object) =>
    run(command, async ({ server, output }) => {
      const control = await server().request('/api/dispatch', dispatchSchema, { method: 'PUT', body });
      output.writeResult(control, controlLines(control));
      return undefined;
    });
  program
    .command('pause')
    .description('stop dispatch; running trainings continue')
    .option('--reason <text>', 'reason, shown to others')
    .action(({ reason }: { readonly reason?: string }, command: Command) =>
      change(command, { paused: true, ...omitUndefined({ reason }) }),
    );
  program
    .command('resume')
    .description('resume dispatch')
    .option('--open-gate', 'also open the gate')
    .action(({ openGate }: { readonly openGate?: boolean }, command: Command) =>
      change(command, { paused: false, ...(openGate && { gate: null }) }),
    );
}

/** Formats the dispatch control with the active alarms. */
export function controlLines({
  paused,
  max_concurrency,
  reason,
  gate,
  budget,
  alarms,
}: DispatchView): readonly string[] {
  return [
    `Dispatch: ${paused ? 'paused' : 'on'}${reason === null ? '' : ` (${reason})`}, concurrency limit ${max_concurrency}`,
    ...(gate === null ? [] : [paint('red', `Gate closed since ${formatTime(gate.since)}: ${gate.reason}`)]),
    ...(budget === null ? [] : [paint('yellow', `Dispatch stopped: ${budget.reason}`)]),
    ...alarms.map(({ code, since }) => paint('red', `Alarm since ${formatTime(since)}: ${code}`)),
  ];
}
