import { omitUndefined } from '@trainyard/domain';
import { closeOnSignals, createCloseStack } from '@trainyard/runtime';
import type { Command } from 'commander';
import { runDemo } from '../../demo/demo.ts';
import {
  createEmbeddedLog,
  openHome,
  planHome,
  readEmbeddedSettings,
  usesEmbeddedRedis,
} from '../../embedded/home.ts';
import { startRedis } from '../../embedded/redis.ts';
import { startTrainyard } from '../../embedded/trainyard.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import type { ExitCode } from '../../terminal/exit.ts';
import { parseWholeNumber } from '../../terminal/options.ts';

/** Adds `trainyard up`. */
export function addUp(program: Command, run: CommandRunner): void {
  program
    .command('up')
    .description('run all processes in one, with an embedded Redis and folder store unless configured')
    .option('--data <dir>', 'data folder of the embedded Redis and store', '.trainyard')
    .action(async ({ data }: { readonly data: string }, command: Command) =>
      run(command, (context) => runUp(context, data)),
    );
}

async function runUp({ source }: Context, data: string): Promise<ExitCode> {
  readEmbeddedSettings(source, planHome(data));
  const home = await openHome(data);
  const log = createEmbeddedLog(readEmbeddedSettings(source, home));
  const { start: opening, close } = createCloseStack(log);
  const ended = Promise.withResolvers<ExitCode>();
  const grace = closeOnSignals(close, log);
  try {
    const redis = usesEmbeddedRedis(source)
      ? await opening(
          'redis server',
          () => startRedis(home.redisDir),
          (each) => each.close(),
        )
      : undefined;
    const settings = readEmbeddedSettings(source, home, redis?.url);
    const start = () => startTrainyard({ settings, log });
    const { api } = await opening('trainyard', start, (each) => each.close());
    log.info('up', { url: api.url, data: home.dir, polls_only: settings.GATEWAY_BASE_URL === undefined });
  } catch (error) {
    await close();
    // Otherwise the exit would count as requested, and the failed start as a success.
    grace.uninstall();
    throw error;
  }
  return ended.promise;
}

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
