import { setTimeout as wait } from 'node:timers/promises';
import type { Connection } from '@trainyard/client';
import { RefusedError, UnreachableError, watch } from '@trainyard/client';
import type { TrainingDetail, TrainingView } from '@trainyard/contracts';
import { createLogUpdate } from 'log-update';
import { loadSubjectNames, NO_NAMES } from '../subjects/subject-names.ts';
import type { Context } from '../terminal/context.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { formatTime, toShortId } from '../terminal/format.ts';
import type { Output } from '../terminal/output.ts';
import { truncate } from '../terminal/style.ts';
import { loadTimeNote } from './simulated-time.ts';
import { followLine, formatReason, hasEnded, paintStatus, trainingLines } from './training-lines.ts';

/** Default poll interval in ms. */
export const POLL_INTERVAL_MS = 2_000;
/** Number of failed polls in a row before an error is thrown. */
const MAX_FAILURES = 30;

/** Whether the same request may succeed later. */
export function isTransient(error: unknown): boolean {
  return error instanceof UnreachableError || (error instanceof RefusedError && error.retryable);
}

/** Options of {@link pollUntil}. */
interface PollOptions {
  readonly everyMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Polls until the answer is final; up to 30 transient failures in a row are tolerated. Throws AbortError when `signal` fires.
 */
export async function pollUntil<T>(
  request: () => Promise<T>,
  isDone: (answer: T) => boolean,
  { everyMs = POLL_INTERVAL_MS, signal }: PollOptions = {},
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
    await wait(everyMs, undefined, { ...(signal && { signal }) });
  }
}

/** Creates lines that are redrawn on a terminal and omitted elsewhere. */
export function createLiveLines(output: Output, stream: NodeJS.WriteStream = process.stdout) {
  const draw = output.isTerminal ? createLogUpdate(stream) : undefined;
  return {
    /** Replaces the drawn lines. */
    redraw: (lines: readonly string[]): void =>
      draw?.(lines.map((line) => output.render(truncate(line, output.width ?? line.length))).join('\n')),
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
  return [formatTime(training.changed_at), paintStatus(training), tenth, formatReason(training)]
    .filter(Boolean)
    .join('  ');
}

/**
 * Follows a training to its end.
 * @returns `EXIT.unsuccessful` unless it completed; `EXIT.interrupted` after Ctrl-C, which ends only the watch
 */
export async function watchTraining(context: Context, server: Connection, id: string): Promise<ExitCode> {
  return context.interruptible(async (signal) => {
    for (const line of await loadTimeNote(server, context.output)) context.output.writeLine(line);
    const last = await followTraining(context, server, { id, signal });
    if (signal.aborted) {
      for (const line of interruptedLines(last, id)) context.output.writeError(line);
      return EXIT.interrupted;
    }
    const names = await loadSubjectNames(server);
    if (last) context.output.writeResult(last, ['', ...trainingLines(last, names)]);
    return last?.status === 'completed' ? EXIT.ok : EXIT.unsuccessful;
  });
}

/** A paid run goes on after the watch, which its owner must know. */
function interruptedLines(last: TrainingDetail | undefined, id: string): readonly string[] {
  const shortId = toShortId(last?.id ?? id);
  const state = last === undefined || hasEnded(last) ? '' : ` (${last.status})`;
  return [
    '',
    `The watch has ended. Training ${shortId}${state} goes on.`,
    `  Watch it again:  npx trainyard watch ${shortId}`,
    `  Stop it:         npx trainyard cancel ${shortId}`,
  ];
}

interface FollowTarget {
  readonly id: string;
  readonly signal: AbortSignal;
}

async function followTraining(
  { output, screen }: Context,
  server: Connection,
  { id, signal }: FollowTarget,
): Promise<TrainingDetail | undefined> {
  const names = output.isTerminal ? await loadSubjectNames(server) : NO_NAMES;
  const liveLines = createLiveLines(output, screen);
  let lastState = '';
  let last: TrainingDetail | undefined;
  try {
    for await (const training of watch(server, id, { signal })) {
      const tenth = output.isTerminal ? '' : formatTenth(training);
      const state = `${training.status} ${formatReason(training)} ${tenth}`;
      if (state !== lastState) liveLines.append([stateLine(training, tenth)]);
      lastState = state;
      liveLines.redraw([followLine(names.format(training), training)]);
      last = training;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    liveLines.end();
  }
  return last;
}
