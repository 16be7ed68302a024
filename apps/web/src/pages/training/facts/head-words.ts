import type { TrainingView } from '@trainyard/contracts';
import { formatDuration, formatRoundDuration, formatTime } from '../../../parts/words/format.ts';

/** Main line of the head: its large part, and the words after it. */
export interface MainLine {
  readonly large: string;
  readonly words: string;
}

/** The facts that a main line needs besides the training. Times are epoch ms of the server. */
export interface MainFacts {
  readonly now: number;
  /** Estimated start of a queued training. */
  readonly start?: string | null | undefined;
}

const WAITING = {
  slot: 'Queued',
  paused: 'Queue paused',
  gate: 'Dispatch stopped',
  budget: 'Budget used up',
  hold: 'Held by its budget',
  retry: 'Waits for its retry',
  backoff: 'Tries again',
  object_store: 'Object store refuses',
  recover_required: 'Recovery required',
} as const satisfies Readonly<Record<NonNullable<TrainingView['waiting']>['code'], string>>;

/** The main line of a training that is not running; a running one shows its time left. */
export function toMainLine(training: TrainingView, word: string, { now, start }: MainFacts): MainLine {
  switch (training.status) {
    case 'queued':
      return toQueuedLine(training, { now, start });
    case 'submitting':
      return { large: word, words: 'a slot is reserved, the request is being sent' };
    case 'unconfirmed':
      return { large: word, words: toDeadlineWords(training, now) };
    case 'submitted':
      return { large: word, words: `not started for ${toAge(training.submitted_at, now)}` };
    case 'cancelling':
      return { large: word, words: toCancelWords(training, now) };
    case 'finalizing':
      return { large: word, words: 'the model file is being verified' };
    default:
      return toEndLine(training, word, now);
  }
}

/** How long the run took, and when it ended; a training without a run has its state. */
function toEndLine(
  { execution_seconds: seconds, ended_at: end }: TrainingView,
  word: string,
  now: number,
): MainLine {
  const at = end === null ? '' : `ended ${formatTime(end, now)}`;
  if (seconds === null || seconds === 0) return { large: word, words: at };
  return { large: formatDuration(seconds), words: `of GPU time, ${at}` };
}

function toQueuedLine(training: TrainingView, { now, start }: MainFacts): MainLine {
  const { waiting } = training;
  const starts = start == null ? undefined : `starts about ${formatTime(start, now)}`;
  if (!waiting) return { large: 'Queued', words: starts ?? '' };
  const { code, text, until } = waiting;
  if (code === 'slot') return { large: capitalize(text), words: starts ?? 'waits for a slot' };
  const at = until === null ? '' : `until ${formatTime(until, now)}: `;
  return { large: WAITING[code], words: `${at}${text}` };
}

function toDeadlineWords({ attempt_deadline: deadline }: TrainingView, now: number): string {
  const by = deadline === null ? '' : `, by ${formatTime(deadline, now)}`;
  return `RunPod's answer was lost; Trainyard checks whether a run exists before it sends again${by}`;
}

function toCancelWords({ cancel_requested: cancel }: TrainingView, now: number): string {
  const since = cancel ? `since ${formatTime(cancel.at, now)}; ` : '';
  return `${since}the run costs until RunPod confirms its end`;
}

function toAge(at: string | null, now: number): string {
  return at === null ? 'an unknown time' : formatRoundDuration((now - Date.parse(at)) / 1_000);
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Share of the steps that are done, 0 to 1; undefined without a report. */
export function getShare({ progress, status }: TrainingView): number | undefined {
  if (status === 'completed') return 1;
  if (!progress || progress.total_steps <= 0) return undefined;
  return Math.min(1, Math.max(0, progress.step / progress.total_steps));
}
