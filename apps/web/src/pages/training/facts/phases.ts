import type { TrainingView } from '@trainyard/contracts';
import type { Attempts } from './queries.ts';

/** Part of the way from accept to the end. Times are epoch ms of the server. */
export interface Phase {
  readonly name: string;
  /** `stopped`: the training ended in this phase without a model. `unknown`: the container reported no step. */
  readonly state: 'done' | 'current' | 'ahead' | 'stopped' | 'unknown';
  readonly from?: number;
  /** Absent for the current phase. */
  readonly to?: number;
}

const NAMES = ['Queued', 'Waiting for GPU', 'Loading', 'Training', 'Finishing'] as const;
const LOADING = 2;

const TERMINAL: readonly TrainingView['status'][] = ['completed', 'failed', 'timed_out', 'cancelled'];

/** Whether a training has ended. */
export function isEnded({ status }: Pick<TrainingView, 'status'>): boolean {
  return TERMINAL.includes(status);
}

/** The phases of the current or last attempt. A second attempt begins to queue at the end of the first. */
export function listPhases(training: TrainingView, attempts: Attempts): readonly Phase[] {
  const marks = listMarks(training, attempts);
  const end = isEnded(training) ? parse(training.ended_at) : undefined;
  const model = training.status === 'completed' || training.status === 'finalizing';
  return NAMES.map((name, index) => {
    const [from, to] = [marks[index], marks[index + 1]];
    const isSkipped = index === LOADING && model && from !== undefined && to === undefined;
    if (isSkipped) return { name, state: 'unknown' };
    if (from !== undefined && to !== undefined) return { name, state: 'done', from, to };
    if (from === undefined) return toUnstarted(name, { index, marks, model });
    if (end !== undefined) return { name, state: 'stopped', from, to: end };
    return { name, state: 'current', from };
  });
}

/** A phase without a begin; the training phase of a container without reports began with the run. */
function toUnstarted(
  name: string,
  { index, marks, model }: { index: number; marks: readonly (number | undefined)[]; model: boolean },
): Phase {
  const [from, to] = [marks[index - 1], marks[index + 1]];
  return index === LOADING + 1 && model && from !== undefined && to !== undefined
    ? { name, state: 'done', from, to }
    : { name, state: 'ahead' };
}

function listMarks(training: TrainingView, attempts: Attempts): readonly (number | undefined)[] {
  const current = attempts.find(({ number }) => number === training.attempt);
  const isRequeued = training.status === 'queued';
  const past = attempts.filter(({ number }) => isRequeued || number !== training.attempt).at(-1);
  const queuedAt = parse(past?.phases.ended_at ?? training.accepted_at);
  if (isRequeued) return [queuedAt];
  const runEnd =
    current?.phases.ended_at ?? (training.status === 'finalizing' ? training.ended_at : undefined);
  const hasModel = training.status === 'completed' || training.status === 'finalizing';
  return [
    queuedAt,
    parse(training.submitted_at),
    parse(training.started_running_at),
    parse(training.first_step_at),
    hasModel ? parse(runEnd) : undefined,
    training.status === 'completed' ? parse(training.ended_at) : undefined,
  ];
}

function parse(time: string | null | undefined): number | undefined {
  return time == null ? undefined : Date.parse(time);
}
