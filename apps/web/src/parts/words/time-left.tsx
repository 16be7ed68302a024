import type { TrainingView } from '@trainyard/contracts';
import { useEffect, useRef, useState } from 'react';
import { getServerNow, useServerNow } from '../../api/clock.ts';
import { formatDurationRange, formatRoundDuration, formatTime, formatUtc } from './format.ts';

/** Time left of a run as the server estimates it. */
type Remaining = NonNullable<NonNullable<TrainingView['progress']>['remaining']>;

/** Time left of a live training as text: the large part, and the rest after it. */
export interface TimeLeft {
  /** `18 to 22 min`; undefined while the server withholds it. */
  readonly range?: string;
  /** `left, about 15:40`, or the reason why it is withheld. */
  readonly words: string;
  /** The end without the reason: `ends about 15:40 by the estimate`. */
  readonly about: string;
  readonly end: string | null;
}

/** The time left of a live training. A change is shown at most every 5 s, and only above 5 %. */
export function useTimeLeft(training: TrainingView): TimeLeft {
  const remaining = useSteady(training.progress?.remaining ?? null);
  const now = useServerNow();
  const { estimated_end: end, progress } = training;
  const about = end === null ? '' : `about ${formatTime(end, now)}`;
  const estimate = end === null ? '' : `ends ${about} by the estimate`;
  if (remaining)
    return {
      range: formatDurationRange(remaining.range_seconds),
      words: about === '' ? 'left' : `left, ${about}`,
      about,
      end,
    };
  const reason = training.status === 'running' ? toReason(progress, now) : '';
  return { words: [reason, estimate].filter(Boolean).join('; '), about: estimate, end };
}

function toReason(progress: TrainingView['progress'], now: number): string {
  if (!progress) return 'Time left follows after the first steps';
  if (progress.remaining_withheld !== 'silent') return 'Time left follows after the first minutes of steps';
  const at = progress.reported_at;
  if (at === null) return 'No report';
  return `No report for ${formatRoundDuration((now - Date.parse(at)) / 1_000)}`;
}

const STEADY_MS = 5_000;
const STEADY_SHARE = 0.05;

/** Holds a value for 5 s, and while it changes by less than 5 %; a withheld value is withheld at once. */
function useSteady(next: Remaining | null): Remaining | null {
  const [shown, setShown] = useState(next);
  const since = useRef(performance.now());
  const change = next && shown ? Math.abs(next.seconds - shown.seconds) / Math.max(shown.seconds, 1) : 1;
  const differs = (next === null) !== (shown === null) || (next !== shown && change > STEADY_SHARE);
  useEffect(() => {
    if (!differs) return;
    const isHeld = next !== null && shown !== null;
    const wait = isHeld ? Math.max(0, since.current + STEADY_MS - performance.now()) : 0;
    const timer = setTimeout(() => {
      since.current = performance.now();
      setShown(next);
    }, wait);
    return () => clearTimeout(timer);
  }, [differs, next, shown]);
  return next === null ? null : shown;
}

/** Properties of an age. */
export interface AgeProps {
  /** ISO time. */
  readonly at: string;
}

/** Age of a time of the server, which grows each second: `12 s`. */
export function Age({ at }: AgeProps) {
  const now = useServerNow();
  return (
    <time dateTime={at} title={formatUtc(at)}>
      {formatRoundDuration((Math.max(now, getServerNow()) - Date.parse(at)) / 1_000)}
    </time>
  );
}
