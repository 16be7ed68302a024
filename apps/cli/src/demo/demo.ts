import { createConnection } from '@trainyard/client';
import { closeOnSignals, createClosing } from '@trainyard/runtime';
import { enqueueAll, followRun } from '../commands/auto-train/run.ts';
import { EXIT, type ExitCode } from '../program/exit-codes.ts';
import type { Output } from '../program/output.ts';
import { type Check, checkLines, checksOf } from './checks.ts';
import { readKept, readProviderRecord } from './evidence.ts';
import { type OpenDemo, openDemo } from './open.ts';

export interface DemoOptions {
  readonly data?: string;
  readonly keep?: boolean;
  readonly port?: number;
}

const FOLLOW_EVERY_MS = 400;
/** What a shell calls a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/** The log of the demo's own closing goes nowhere: the system has one of its own, in the folder. */
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

const trainAll = async (demo: OpenDemo, output: Output) => {
  const { trainyard, settings, standIn, now } = demo;
  const server = createConnection({ url: trainyard.api.url });
  const run = await enqueueAll(server, {}, output);
  const trained = run.enqueued.length;
  const progress = await followRun(server, run, output, { now, everyMs: FOLLOW_EVERY_MS });
  const bound = settings.TRAINING_CONCURRENCY;
  const evidence = {
    bound,
    trained,
    provider: await readProviderRecord(standIn, bound),
    kept: await readKept(trainyard.deps, progress),
  };
  const checks = checksOf(evidence);
  for (const line of checkLines(checks)) output.line(line);
  return { run: { ...run, progress }, checks };
};

const addressLines = ({ trainyard: { api }, standIn, home }: OpenDemo): readonly string[] => [
  '',
  'It stays up until Ctrl-C:',
  `  API             ${api.url}`,
  `  Documentation   ${api.url}/docs`,
  `  Bull Board      ${api.url}/admin/queues`,
  `  Stand-in        ${standIn.baseUrl}`,
  `  Data and log    ${home.dir}`,
];

const verdictOf = (checks: readonly Check[]): ExitCode =>
  checks.every(({ ok }) => ok) ? EXIT.ok : EXIT.unsuccessful;

/**
 * The whole system on this machine alone (SPEC §15): trains every eligible actor of the sample, and checks with the
 * provider's and the store's own records that all went as it should. Leaves no process behind, however it ends.
 */
export const runDemo = async (options: DemoOptions, output: Output): Promise<ExitCode> => {
  const closing = createClosing(quiet);
  const grace = closeOnSignals(closing.close, quiet, { signalExitCode: options.keep ? 0 : INTERRUPTED });
  const startedAt = performance.now();
  try {
    const { keep = false, ...place } = options;
    const demo = await openDemo({ ...place, closing, tell: output.line });
    const { run, checks } = await trainAll(demo, output);
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    output.line(`\nThe demo took ${seconds} s.`);
    output.answer({ ...run, checks }, []);
    if (keep) {
      for (const line of addressLines(demo)) output.line(line);
      await new Promise(() => undefined);
    }
    return verdictOf(checks);
  } finally {
    await closing.close();
    grace.release();
  }
};
