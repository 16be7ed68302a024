import { join } from 'node:path';
import { getSlots } from '@trainyard/application';
import { type CloseStack, closeOnSignals, createCloseStack, type Settings } from '@trainyard/runtime';
import type { Command } from 'commander';
import { checkEndpoint } from '../../doctor/doctor.ts';
import { findingLines } from '../../doctor/finding.ts';
import {
  createEmbeddedLog,
  type Home,
  openHome,
  planHome,
  readEmbeddedSettings,
  usesEmbeddedRedis,
} from '../../embedded/home.ts';
import { openLogFile } from '../../embedded/log-file.ts';
import { startRedis } from '../../embedded/redis.ts';
import { startTrainyard, type Trainyard } from '../../embedded/trainyard.ts';
import { upLines } from '../../report/up-lines.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import type { ExitCode } from '../../terminal/exit.ts';
import { truncate } from '../../terminal/style.ts';

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

async function runUp(context: Context, data: string): Promise<ExitCode> {
  const { source, output } = context;
  readEmbeddedSettings(source, planHome(data));
  const home = await openHome(data);
  const { log, file, end } = openLog(context, home);
  const stack = createCloseStack(log);
  const grace = closeOnSignals(async () => {
    if (file !== undefined) output.writeLine(STOPPING);
    await stack.close();
    await end();
  }, log);
  try {
    const { settings, trainyard } = await startAll(stack, { context, home, log });
    const { api, deps } = trainyard;
    log.info('up', { url: api.url, data: home.dir, polls_only: settings.GATEWAY_BASE_URL === undefined });
    if (file !== undefined) {
      const { inUse, waitingCount } = await getSlots(deps);
      const resumed = { liveRuns: inUse.length, queued: waitingCount };
      for (const line of upLines({ url: api.url, file, home: home.dir, settings, resumed }))
        output.writeLine(line);
      void reportEndpoint(context, settings);
    }
  } catch (error) {
    await stack.close();
    // Otherwise the exit would count as requested, and the failed start as a success.
    grace.uninstall();
    throw error;
  }
  return Promise.withResolvers<ExitCode>().promise;
}

/** The server does not wait for RunPod. */
const ENDPOINT_TIMEOUT_MS = 5_000;

/** Writes one line about key and endpoint, since a refused key would be seen only when the first training fails. */
async function reportEndpoint({ output }: Context, settings: Settings): Promise<void> {
  for (const line of findingLines(await checkEndpoint(settings, ENDPOINT_TIMEOUT_MS)))
    output.writeLine(truncate(line, output.width ?? line.length));
}

const STOPPING =
  '\nStopping. Live runs continue at RunPod and cost money; `npx trainyard up` follows them again.';

interface StartParts {
  readonly context: Context;
  readonly home: Home;
  readonly log: ReturnType<typeof createEmbeddedLog>;
}

async function startAll(
  { start }: CloseStack,
  { context: { source }, home, log }: StartParts,
): Promise<{ readonly settings: Settings; readonly trainyard: Trainyard }> {
  const redis = usesEmbeddedRedis(source)
    ? await start(
        'redis server',
        () => startRedis(home.redisDir),
        (each) => each.close(),
      )
    : undefined;
  const settings = readEmbeddedSettings(source, home, redis?.url);
  const trainyard = await start(
    'trainyard',
    () => startTrainyard({ settings, log }),
    (each) => each.close(),
  );
  return { settings, trainyard };
}

/** The log: JSON lines on standard output, or in a file of the data folder when a person reads a terminal. */
function openLog({ source, output }: Context, home: Home) {
  const settings = readEmbeddedSettings(source, home);
  if (!output.isTerminal) return { log: createEmbeddedLog(settings), end: async () => undefined };
  const file = join(home.dir, 'trainyard.log');
  const destination = openLogFile(file, (message) => output.writeError(message));
  return { log: createEmbeddedLog(settings, destination), file, end: destination.end };
}
