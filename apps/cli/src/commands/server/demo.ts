import { omitUndefined } from '@trainyard/domain';
import type { Command } from 'commander';
import { runDemo } from '../../demo/demo.ts';
import type { CommandRunner } from '../../terminal/context.ts';
import { parseWholeNumber } from '../../terminal/options.ts';

interface DemoCommandOptions {
  readonly data?: string;
  readonly keep?: boolean;
  readonly port?: number;
}

/** Adds `trainyard demo`. */
export function addDemo(program: Command, run: CommandRunner): void {
  program
    .command('demo')
    .description(
      'run all processes with sample data and a RunPod simulator, and auto-train every eligible actor',
    )
    .option('--data <dir>', 'keep the data in this folder; a second run then trains no actor')
    .option('--keep', 'stay up afterwards and print the addresses')
    .option('--port <number>', 'port of the API (default: a free port)', parseWholeNumber)
    .action(async ({ data, keep, port }: DemoCommandOptions, command: Command) =>
      run(command, ({ output }) => runDemo(omitUndefined({ data, keep, port }), output)),
    );
}
