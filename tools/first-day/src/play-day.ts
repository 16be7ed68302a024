import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createSimulator } from '@trainyard/runpod-simulator';
import { openObjectStore } from '@trainyard/storage';
import { freePort } from '@trainyard/testing/redis';
import { EVENING_STEPS, IMPORT_STEPS, MORNING_STEPS, REVIEW_STEPS, type Step } from './steps.ts';
import { type CommandResult, runCommand, startCommand, type TerminalOptions } from './terminal.ts';
import { writeCatalogue } from './write-catalogue.ts';

/** A played step: its result, and the expectations that its output missed. */
export interface PlayedStep extends CommandResult {
  readonly title: string;
  readonly missed: readonly string[];
}

/** Options of {@link playDay}. */
export interface DayOptions {
  /** An empty folder for catalogue, data and downloads. */
  readonly folder: string;
  readonly actors: number;
  /** Receives each step after its end. */
  readonly report: (step: PlayedStep) => void;
}

/** A night of 2 000 steps per actor passes in seconds. */
const TIME_FACTOR = 600;

/** Plays the day step by step and leaves no process behind. @returns the steps that missed an expectation */
export async function playDay({ folder, actors, report }: DayOptions): Promise<readonly PlayedStep[]> {
  writeCatalogue(join(folder, 'actors'), actors);
  mkdirSync(join(folder, 'home', 'store'), { recursive: true });
  const store = await openObjectStore(`file:${join(folder, 'home', 'store')}`);
  const simulator = createSimulator({ store, timeScale: 1 / TIME_FACTOR });
  const terminal = { folder, env: toEnvironment(await simulator.listen(), await freePort()) };
  const played: PlayedStep[] = [];
  const play = async (steps: readonly Step[]): Promise<void> => {
    for (const step of steps) {
      const result = await playStep(terminal, step);
      played.push(result);
      report(result);
    }
  };
  try {
    await play(IMPORT_STEPS);
    const stop = await startServer(terminal);
    try {
      for (const steps of [MORNING_STEPS, EVENING_STEPS, REVIEW_STEPS]) await play(steps);
    } finally {
      await stop();
    }
  } finally {
    await simulator.close();
    await store.close();
  }
  return played.filter(({ missed }) => missed.length > 0);
}

function toEnvironment(runpodUrl: string, port: number): Readonly<Record<string, string>> {
  return {
    MODEL_TRAINING_RUNPOD_API_KEY: 'simulator-key',
    MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'first-day',
    RUNPOD_ENDPOINT_BASE_URL: runpodUrl,
    GPU_TYPE: 'A100',
    PORT: String(port),
    TRAINYARD_URL: `http://127.0.0.1:${port}`,
    GATEWAY_BASE_URL: `http://127.0.0.1:${port}`,
    // The person takes minutes, not days, from the report to the training; the clock is 600 times as fast.
    DATASET_REPORT_SECONDS: '86400',
    TIME_FACTOR: String(TIME_FACTOR),
    TIME_ANCHOR_MS: String(Date.now()),
  };
}

async function playStep(
  terminal: TerminalOptions,
  { title, args, code = 0, ...step }: Step,
): Promise<PlayedStep> {
  const result = await runCommand(terminal, args);
  const missing = (step.shows ?? []).filter((text) => !text.test(result.output));
  const present = (step.hides ?? []).filter((text) => text.test(result.output));
  const missed = [
    ...(result.code === code ? [] : [`exit code ${result.code} instead of ${code}`]),
    ...missing.map((text) => `${text} is missing`),
    ...present.map((text) => `${text} is present`),
  ];
  return { ...result, title, missed };
}

/** Starts `trainyard up` and waits until it answers. Throws Error when it ends before. @returns a function that stops it */
async function startServer(terminal: TerminalOptions): Promise<() => Promise<void>> {
  const child = startCommand(terminal, ['up', '--data', 'home']);
  const exited = once(child, 'exit');
  let log = '';
  const isUp = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (text: string) => {
        log += text;
        if (log.includes('"event":"up"')) resolve();
      });
  });
  await Promise.race([isUp, exited]);
  if (child.exitCode !== null) throw new Error(`trainyard up ended: ${log}`);
  return async () => {
    child.kill('SIGTERM');
    await exited;
  };
}
