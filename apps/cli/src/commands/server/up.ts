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
import { omitUndefined, parseWholeNumber } from '../../terminal/options.ts';

/** `trainyard up`. */
export function addUp(program: Command, run: CommandRunner): void {
  program
    .command('up')
    .description('run the whole system in one process, with a Redis and a store of its own unless set')
    .option('--data <dir>', 'where its own Redis and store are kept', '.trainyard')
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
    // Otherwise the end of the process would count as asked for, and a failed start as a success.
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
