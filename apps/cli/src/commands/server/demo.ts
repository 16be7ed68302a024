import type { Command } from 'commander';
import { runDemo } from '../../demo/demo.ts';
import type { Run } from '../../program/context.ts';
import { defined, wholeNumber } from '../../program/values.ts';

interface Options {
  readonly data?: string;
  readonly keep?: boolean;
  readonly port?: number;
}

/** `trainyard demo`. */
export const addDemo = (program: Command, run: Run): void => {
  program
    .command('demo')
    .description('the whole system with sample data and a stand-in for RunPod; trains all that is eligible')
    .option('--data <dir>', 'keep the data here; a second run then trains nothing')
    .option('--keep', 'stay up afterwards and tell the addresses')
    .option('--port <number>', 'port of the API; a free one unless told', wholeNumber)
    .action(async ({ data, keep, port }: Options, command: Command) =>
      run(command, ({ output }) => runDemo(defined({ data, keep, port }), output)),
    );
};
