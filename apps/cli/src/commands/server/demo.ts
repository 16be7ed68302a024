import { omitUndefined } from '@trainyard/domain';
import type { Command } from 'commander';
import { type DemoOptions, runDemo } from '../../demo/demo.ts';
import type { CommandRunner } from '../../terminal/context.ts';
import { parseWholeNumber } from '../../terminal/options.ts';

/** Adds `trainyard demo`. */
export function addDemo(program: Command, run: CommandRunner): void {
  program
    .command('demo')
    .description(
      'run all processes with sample data and a RunPod simulator, and auto-train every eligible actor',
    )
    .option('--data <dir>', 'keep the data in this folder; a second run then trains no actor')
    .option(
      '--catalogue <dir>',
      'import this folder instead of the sample, and train 4 of its actors; the folder is only read',
    )
    .option('--limit <number>', 'highest number of actors to train', parseWholeNumber)
    .option('--keep', 'stay up afterwards and print the addresses')
    .option('--port <number>', 'port of the API (default: a free port)', parseWholeNumber)
    .action(async (options: DemoOptions, command: Command) =>
      run(command, ({ output }) => runDemo(omitUndefined({ ...options }), output)),
    );
}
