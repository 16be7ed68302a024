import type { TrainingDetail, TrainingView } from '@trainyard/contracts';
import { formatDuration, formatTime } from './format.ts';

/** Tone of a state; it is never the only sign of it. */
export type StateTone = 'queued' | 'info' | 'warn' | 'accent' | 'ok' | 'danger' | 'muted';

/** Name of the icon of a state. */
export type StateIcon =
  | 'queued'
  | 'sending'
  | 'question'
  | 'waiting'
  | 'training'
  | 'stopping'
  | 'finishing'
  | 'ready'
  | 'good'
  | 'not_good'
  | 'failed'
  | 'timed_out'
  | 'cancelled';

/** Label of the state of a training, with its tone and icon, and a sentence that explains it. */
export interface StateWord {
  readonly text: string;
  readonly tone: StateTone;
  readonly icon: StateIcon;
  readonly sentence: string;
}

/** Verdict on the version of a completed training. */
export type Verdict = NonNullable<TrainingDetail['version']>['verdict'];

/** Labels of the classes of failures. */
export const FAILURE_WORDS = {
  provider: 'RunPod fault',
  timeout: 'time limit',
  out_of_memory: 'out of memory',
  data: 'training data',
  configuration: 'configuration',
  unknown: 'unknown cause',
} as const satisfies Readonly<Record<NonNullable<TrainingView['failure']>['class'], string>>;

/** The label of the state of a training. `now`: time of the server, epoch ms. */
export function getStateWord(training: TrainingView, now: number, verdict: Verdict = null): StateWord {
  if (training.status === 'completed') return COMPLETED[verdict ?? 'none'];
  return { ...toWord(training), sentence: toSentence(training, now) };
}

const COMPLETED = {
  none: {
    ...{ text: 'Ready to review', tone: 'ok', icon: 'ready' },
    sentence: 'The model is finished and waits for your verdict.',
  },
  good: { text: 'Good', tone: 'ok', icon: 'good', sentence: 'The model to use.' },
  not_good: { text: 'Not good', tone: 'muted', icon: 'not_good', sentence: 'The model was rejected.' },
} as const satisfies Readonly<Record<string, StateWord>>;

function toWord({ status, first_step_at: firstStep, failure }: TrainingView): Omit<StateWord, 'sentence'> {
  switch (status) {
    case 'queued':
      return { text: 'Queued', tone: 'queued', icon: 'queued' };
    case 'submitting':
      return { text: 'Submitting', tone: 'info', icon: 'sending' };
    case 'unconfirmed':
      return { text: 'Unconfirmed', tone: 'warn', icon: 'question' };
    case 'submitted':
      return { text: 'Waiting for GPU', tone: 'info', icon: 'waiting' };
    case 'running':
      return { text: firstStep === null ? 'Loading' : 'Training', tone: 'accent', icon: 'training' };
    case 'cancelling':
      return { text: 'Cancelling', tone: 'warn', icon: 'stopping' };
    case 'finalizing':
      return { text: 'Finishing', tone: 'info', icon: 'finishing' };
    case 'completed':
      return COMPLETED.none;
    case 'failed':
      return {
        text: failure ? `Failed: ${FAILURE_WORDS[failure.class]}` : 'Failed',
        tone: 'danger',
        icon: 'failed',
      };
    case 'timed_out':
      return { text: 'Timed out', tone: 'warn', icon: 'timed_out' };
    case 'cancelled':
      return { text: 'Cancelled', tone: 'muted', icon: 'cancelled' };
  }
}

function toSentence(training: TrainingView, now: number): string {
  const at = (time: string | null): string => (time === null ? 'an unknown time' : formatTime(time, now));
  const { cancel_requested: cancel } = training;
  switch (training.status) {
    case 'queued':
      return 'It waits in Trainyard, not at RunPod, and costs nothing.';
    case 'submitting':
      return 'A slot is reserved, and the request is being sent.';
    case 'unconfirmed':
      return `RunPod's answer was lost. Trainyard checks whether a run exists before it sends again, by ${at(training.attempt_deadline)}.`;
    case 'submitted':
      return `RunPod accepted the run at ${at(training.submitted_at)}; no worker has started it.`;
    case 'running':
      return training.first_step_at === null
        ? 'A worker loads the base model and the images. Training begins with the first step.'
        : 'A worker trains the model.';
    case 'cancelling':
      return `RunPod was asked to stop${cancel ? ` at ${at(cancel.at)}` : ''}. The run costs until RunPod confirms its end.`;
    case 'finalizing':
      return 'The run ended, and the model file is being verified. It holds no slot.';
    case 'completed':
      return COMPLETED.none.sentence;
    case 'failed':
      return training.failure?.message ?? 'It ended without a model.';
    case 'timed_out':
      return training.execution_seconds === null
        ? 'The run used up its time limit.'
        : `The run used up its time limit after ${formatDuration(training.execution_seconds)}.`;
    case 'cancelled':
      return cancel
        ? `${cancel.by} cancelled it at ${at(cancel.at)}.`
        : `It ended at ${at(training.ended_at)}.`;
  }
}
