import type { TrainingDetail } from '@trainyard/contracts';
import { formatRoundDuration } from '../../../parts/words/format.ts';

const ANSWERS = {
  in_queue: 'in its queue',
  in_progress: 'in progress',
  ended: 'ended',
  missing: 'unknown there',
  unanswered: 'no answer',
} as const satisfies Readonly<Record<NonNullable<TrainingDetail['run_check']>['answer'], string>>;

/**
 * What is known about a run that reports nothing, in a sentence; undefined for a run that reports. `now`: time of the server,
 * epoch ms.
 */
export function describeSilence(training: TrainingDetail, now: number): string | undefined {
  const { progress, status } = training;
  const check = describeCheck(training, now);
  if (status === 'submitted' || status === 'cancelling') return check;
  if (status !== 'running') return undefined;
  if (!progress) return join('This container has reported no step; the end is estimated.', check);
  if (progress.remaining_withheld !== 'silent' || progress.reported_at === null) return undefined;
  return join(`No report for ${toAge(progress.reported_at, now)}.`, check);
}

/** `RunPod: in progress, checked 8 s ago.` */
function describeCheck({ run_check: check }: TrainingDetail, now: number): string | undefined {
  return check ? `RunPod: ${ANSWERS[check.answer]}, checked ${toAge(check.at, now)} ago.` : undefined;
}

function toAge(at: string, now: number): string {
  return formatRoundDuration((now - Date.parse(at)) / 1_000);
}

function join(text: string, check: string | undefined): string {
  return check === undefined ? text : `${text} ${check}`;
}
