import { join, resolve } from 'node:path';
import type { Log } from '@trainyard/application';
import { createConnection } from '@trainyard/client';
import { autoTrainRunSchema } from '@trainyard/contracts';
import { closeOnSignals, createCloseStack } from '@trainyard/runtime';
import { enqueueAutoTrainRun, followAutoTrainRun } from '../report/auto-train-run.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import type { Output } from '../terminal/output.ts';
import { type Check, checkLines, evaluateChecks } from './checks.ts';
import { loadStoredTrainings, readProviderHistory } from './evidence.ts';
import { createDemoFailures } from './failures.ts';
import { DEMO_FACTOR, type OpenDemo, openDemo } from './open-demo.ts';
import { injectWorkerCrash } from './simulator.ts';

/** Options of `trainyard demo`. */
export interface DemoOptions {
  readonly data?: string;
  readonly keep?: boolean;
  readonly port?: number;
  /** Folder with a catalogue of the legacy tools instead of the sample; it is only read. */
  readonly catalogue?: string;
  /** Number of actors to train; every eligible actor of the sample, and 4 of a catalogue, by default. */
  readonly limit?: number;
}

/** A training takes about 15 s, so that 289 actors would take 40 min. */
const CATALOGUE_LIMIT = 4;

const POLL_INTERVAL_MS = 400;
/** Exit code of a program that Ctrl-C ended. */
const INTERRUPTED_EXIT_CODE = 130;

/**
 * Runs the whole system locally: trains every eligible actor of the sample, lets a worker die and kills the dispatcher, and
 * checks the result against the history of the simulator and the object store. Leaves no process behind, also on failure
 * or interruption.
 */
export async function runDemo(options: DemoOptions, output: Output): Promise<ExitCode> {
  const log = createShutdownLog(options, output);
  const closing = createCloseStack(log);
  const grace = closeOnSignals(closing.close, log, {
    signalExitCode: options.keep ? 0 : INTERRUPTED_EXIT_CODE,
  });
  const startedAt = performance.now();
  try {
    const { keep = false, limit: _, ...openOptions } = options;
    const demo = await openDemo({ ...openOptions, closing, report: output.writeLine });
    for (const line of addressLines(demo, options)) output.writeLine(line);
    const { run, checks } = await trainAll(demo, options, output);
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    output.writeLine(`\nThe demo took ${seconds} s. ${describeData(options)}`);
    output.writeResult({ ...run, checks }, []);
    if (keep) {
      for (const line of keptLines(demo)) output.writeLine(line);
      await new Promise(() => undefined);
    }
    return toExitCode(checks);
  } finally {
    await closing.close();
    grace.uninstall();
  }
}

/** The demo's own shutdown is reported in a line; the system logs into its folder. */
function createShutdownLog(options: DemoOptions, output: Output): Log {
  const onInfo = (event: string): void => {
    if (event === 'shutdown_started') output.writeLine(`\nStopping all processes. ${describeData(options)}`);
  };
  return { info: onInfo, warn: () => undefined, error: () => undefined };
}

function describeData({ data, keep }: DemoOptions): string {
  if (data !== undefined) return `Its data are kept in ${resolve(data)}.`;
  return keep ? 'Ctrl-C deletes its data.' : 'Its data are deleted; --data DIR keeps them.';
}

async function trainAll(demo: OpenDemo, options: DemoOptions, output: Output) {
  const { trainyard, settings, simulator, dispatcher, now } = demo;
  const server = createConnection({ url: trainyard.api.url });
  await injectWorkerCrash(simulator);
  const limit = options.limit ?? (options.catalogue === undefined ? undefined : CATALOGUE_LIMIT);
  const selection = limit === undefined ? { all: true } : { limit };
  // As before the question of `auto-train`, a dry run inspects the data: an actor with a known fault is skipped.
  await server.request('/api/auto-train/runs', autoTrainRunSchema, {
    method: 'POST',
    body: { ...selection, dry_run: true },
  });
  const run = await enqueueAutoTrainRun(server, selection, output);
  const names = new Map(
    run.enqueued.flatMap(({ name, training }) => (training ? [[training.id, name]] : [])),
  );
  const maxConcurrency = settings.TRAINING_CONCURRENCY;
  const failures = createDemoFailures({
    dispatcher,
    liveRuns: Math.min(maxConcurrency, run.enqueued.length),
    getName: ({ id }) => names.get(id) ?? id,
  });
  const follow = { now, everyMs: POLL_INTERVAL_MS, observe: failures.observe };
  const progress = await followAutoTrainRun(server, run, output, follow);
  await failures.settle();
  const trained = run.enqueued.length;
  const evidence = {
    maxConcurrency,
    trained,
    submittedRuns: progress.trainings.reduce((sum, training) => sum + training.attempts_spent, 0),
    providerHistory: await readProviderHistory(simulator, maxConcurrency),
    stored: await loadStoredTrainings(trainyard.deps, progress),
  };
  const checks = evaluateChecks(evidence);
  for (const line of checkLines(checks)) output.writeLine(line);
  return { run: { ...run, progress }, checks };
}

function addressLines({ trainyard: { api }, simulator, home }: OpenDemo, options: DemoOptions) {
  return [
    '',
    `Simulated time, ${DEMO_FACTOR} times as fast: 50 min of training take ${(50 * 60) / DEMO_FACTOR} s.`,
    'The simulator uses no GPU and costs nothing.',
    options.keep ? 'Running until Ctrl-C:' : 'Running until the report ends (--keep: until Ctrl-C):',
    `  API             ${api.url}`,
    `  Documentation   ${api.url}/docs`,
    `  Bull Board      ${api.url}/admin/queues`,
    `  Simulator       ${simulator.baseUrl}`,
    `  Log             ${join(home.dir, 'trainyard.log')}`,
    '',
  ];
}

/** The addresses at the end of a long report, and the settings for commands in a second terminal. */
function keptLines({ trainyard: { api }, home }: OpenDemo): readonly string[] {
  return [
    '',
    `Running until Ctrl-C at ${api.url}. In a second terminal:`,
    `  export TRAINYARD_URL=${api.url}`,
    '  npx trainyard list',
    `Commands that open the store themselves: npx trainyard export DIR --data ${home.dir}`,
  ];
}

function toExitCode(checks: readonly Check[]): ExitCode {
  return checks.every(({ ok }) => ok) ? EXIT.ok : EXIT.unsuccessful;
}
