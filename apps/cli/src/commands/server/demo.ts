import { omitUndefined } from '@trainyard/domain';
import type { Command } from 'commander';
import { type DemoOptions, runDemo } from '../../demo/demo.ts';
import { runScene } from '../../scene/run-scene.ts';
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
    .option(
      '--keep',
      'open the studio on a day in progress and stay up; with --catalogue or --limit: stay up afterwards',
    )
    .option('--port <number>', 'port of the API (default: a free port)', parseWholeNumber)
    .action(async (options: DemoOptions, command: Command) =>
      run(command, ({ output }) => {
        const given = omitUndefined({ ...options });
        return isScene(given) ? runScene(given, output) : runDemo(given, output);
      }),
    );
}

function isScene({ keep = false, catalogue, limit }: DemoOptions): boolean {
  return keep && catalogue === undefined && limit === undefined;
}
