import type { Command } from 'commander';
import { runDemo } from '../../demo/demo.ts';
import type { CommandRunner } from '../../terminal/context.ts';
import { omitUndefined, parseWholeNumber } from '../../terminal/option-parsers.ts';

interface DemoCommandOptions {
  readonly data?: string;
  readonly keep?: boolean;
  readonly port?: number;
}

/** `trainyard demo`. */
export function addDemo(program: Command, run: CommandRunner): void {
  program
    .command('demo')
    .description('the whole system with sample data and a simulator for RunPod; trains all that is eligible')
    .option('--data <dir>', 'keep the data here; a second run then trains nothing')
    .option('--keep', 'stay up afterwards and tell the addresses')
    .option('--port <number>', 'port of the API; a free one unless told', parseWholeNumber)
    .action(async ({ data, keep, port }: DemoCommandOptions, command: Command) =>
      run(command, ({ output }) => runDemo(omitUndefined({ data, keep, port }), output)),
    );
}
