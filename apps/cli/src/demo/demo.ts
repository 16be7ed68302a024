import { createConnection } from '@trainyard/client';
import { closeOnSignals, createCloseStack } from '@trainyard/runtime';
import { enqueueAutoTrainRun, followAutoTrainRun } from '../report/auto-train-run.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import type { Output } from '../terminal/output.ts';
import { type Check, checkLines, evaluateChecks } from './checks.ts';
import { loadStoredTrainings, readProviderHistory } from './evidence.ts';
import { type OpenDemo, openDemo } from './open-demo.ts';

/** Options of `trainyard demo`. */
export interface DemoOptions {
  readonly data?: string;
  readonly keep?: boolean;
  readonly port?: number;
}

const POLL_INTERVAL_MS = 400;
/** Exit code of a program that Ctrl-C ended. */
const INTERRUPTED_EXIT_CODE = 130;

/** The demo's own shutdown is not logged; the system logs into its folder. */
const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Runs the whole system locally: trains every eligible actor of the sample, and checks the result against the history of
 * the simulator and the object store. Leaves no process behind, also on failure or interruption.
 */
export async function runDemo(options: DemoOptions, output: Output): Promise<ExitCode> {
  const closing = createCloseStack(silentLog);
  const grace = closeOnSignals(closing.close, silentLog, {
    signalExitCode: options.keep ? 0 : INTERRUPTED_EXIT_CODE,
  });
  const startedAt = performance.now();
  try {
    const { keep = false, ...openOptions } = options;
    const demo = await openDemo({ ...openOptions, closing, report: output.writeLine });
    const { run, checks } = await trainAll(demo, output);
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    output.writeLine(`\nThe demo took ${seconds} s.`);
    output.writeResult({ ...run, checks }, []);
    if (keep) {
      for (const line of addressLines(demo)) output.writeLine(line);
      await new Promise(() => undefined);
    }
    return toExitCode(checks);
  } finally {
    await closing.close();
    grace.uninstall();
  }
}

async function trainAll(demo: OpenDemo, output: Output) {
  const { trainyard, settings, simulator, now } = demo;
  const server = createConnection({ url: trainyard.api.url });
  const run = await enqueueAutoTrainRun(server, {}, output);
  const trained = run.enqueued.length;
  const progress = await followAutoTrainRun(server, run, output, { now, everyMs: POLL_INTERVAL_MS });
  const maxConcurrency = settings.TRAINING_CONCURRENCY;
  const evidence = {
    maxConcurrency,
    trained,
    providerHistory: await readProviderHistory(simulator, maxConcurrency),
    stored: await loadStoredTrainings(trainyard.deps, progress),
  };
  const checks = evaluateChecks(evidence);
  for (const line of checkLines(checks)) output.writeLine(line);
  return { run: { ...run, progress }, checks };
}

function addressLines({ trainyard: { api }, simulator, home }: OpenDemo): readonly string[] {
  return [
    '',
    'Running until Ctrl-C:',
    `  API             ${api.url}`,
    `  Documentation   ${api.url}/docs`,
    `  Bull Board      ${api.url}/admin/queues`,
    `  Simulator       ${simulator.baseUrl}`,
    `  Data and log    ${home.dir}`,
  ];
}

function toExitCode(checks: readonly Check[]): ExitCode {
  return checks.every(({ ok }) => ok) ? EXIT.ok : EXIT.unsuccessful;
}
