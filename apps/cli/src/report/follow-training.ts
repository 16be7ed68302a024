import { setTimeout as wait } from 'node:timers/promises';
import { cleanExternalText } from '@trainyard/application';
import type { Connection } from '@trainyard/client';
import { RefusedError, UnreachableError, watch } from '@trainyard/client';
import type { TrainingDetail, TrainingView } from '@trainyard/contracts';
import { createLogUpdate } from 'log-update';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import type { Output } from '../terminal/output.ts';
import { followLine, trainingLines } from './training-lines.ts';

/** Default poll interval in ms. */
export const POLL_INTERVAL_MS = 2_000;
/** Number of failed polls in a row before an error is thrown. */
const MAX_FAILURES = 30;

function isTransient(error: unknown): boolean {
  return error instanceof UnreachableError || (error instanceof RefusedError && error.retryable);
}

/** Polls until the answer is final; up to 30 transient failures in a row are tolerated. */
export async function pollUntil<T>(
  request: () => Promise<T>,
  isDone: (answer: T) => boolean,
  everyMs = POLL_INTERVAL_MS,
): Promise<T> {
  for (let failures = 0; ; ) {
    try {
      const answer = await request();
      if (isDone(answer)) return answer;
      failures = 0;
    } catch (error) {
      failures += 1;
      if (!isTransient(error) || failures > MAX_FAILURES) throw error;
    }
    await wait(everyMs);
  }
}

/** Creates lines that are redrawn on a terminal and omitted elsewhere. */
export function createLiveLines(output: Output, stream: NodeJS.WriteStream = process.stdout) {
  const draw = output.isTerminal ? createLogUpdate(stream) : undefined;
  return {
    /** Replaces the drawn lines. */
    redraw: (lines: readonly string[]): void =>
      draw?.(lines.map((line) => cleanExternalText(line)).join('\n')),
    /** Writes permanent lines above the drawn lines. */
    append: (lines: readonly string[]): void => {
      draw?.clear();
      for (const line of lines) output.writeLine(line);
    },
    end: (): void => draw?.clear(),
  };
}

/** Without a terminal, each change and each 10 % of progress is a line. */
function formatTenth({ progress }: TrainingView): string {
  return progress === null
    ? ''
    : `${10 * Math.floor((10 * progress.step) / Math.max(1, progress.total_steps))} %`;
}

function stateLine(training: TrainingView, tenth: string): string {
  return [training.changed_at, training.status, tenth, training.reason].filter(Boolean).join('  ');
}

/** Follows a training to its end. @returns `EXIT.unsuccessful` unless it completed */
export async function watchTraining(server: Connection, id: string, output: Output): Promise<ExitCode> {
  const liveLines = createLiveLines(output);
  let lastState = '';
  let last: TrainingDetail | undefined;
  try {
    for await (const training of watch(server, id)) {
      const tenth = output.isTerminal ? '' : formatTenth(training);
      const state = `${training.status} ${training.reason} ${tenth}`;
      if (state !== lastState) liveLines.append([stateLine(training, tenth)]);
      lastState = state;
      liveLines.redraw([followLine(`${training.kind} ${training.subject_id}`, training)]);
      last = training;
    }
  } finally {
    liveLines.end();
  }
  if (last) output.writeResult(last, ['', ...trainingLines(last)]);
  return last?.status === 'completed' ? EXIT.ok : EXIT.unsuccessful;
}
