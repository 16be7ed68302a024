import type { ConsoleLine } from '../../../parts/console/console.tsx';
import { formatClock, formatCount } from '../../../parts/words/format.ts';
import { describeEvent, type TrainingEvent, toLoss } from './event-words.ts';
import type { Attempts } from './queries.ts';

interface TimedLine extends ConsoleLine {
  readonly at: number;
}

const QUARTERS = [0.25, 0.5, 0.75] as const;

/** The lines of the console, oldest first: the events in words, the first step and each quarter of every attempt. */
export function listConsoleLines(
  events: readonly TrainingEvent[],
  attempts: Attempts,
  totalSteps: number | undefined,
): readonly ConsoleLine[] {
  const lines = [...toLines(events), ...attempts.flatMap((each) => listMilestones(each, totalSteps))];
  return lines.sort((a, b) => a.at - b.at);
}

/** A repeated report replaces the one before: its line changes in place. A report after an interruption is a line of its own. */
function toLines(events: readonly TrainingEvent[]): readonly TimedLine[] {
  let reports = 0;
  return events.map((event) => {
    if (event.type !== 'run_observed' || event.from !== event.to) return toLine(event, `event ${event.seq}`);
    reports += 1;
    return toLine(event, `report ${reports}`);
  });
}

function toLine(event: TrainingEvent, id: string): TimedLine {
  const { text, tone } = describeEvent(event);
  return {
    id,
    at: Date.parse(event.at),
    time: formatClock(event.at),
    text,
    tone,
  };
}

function listMilestones({ number, points, phases }: Attempts[number], totalSteps = 0): readonly TimedLine[] {
  const first = phases.first_step_at;
  const start: readonly TimedLine[] =
    first === null
      ? []
      : [
          {
            id: `first ${number}`,
            at: Date.parse(first),
            time: formatClock(first),
            text: 'first step',
            tone: 'accent',
          },
        ];
  const quarters = QUARTERS.flatMap((share): readonly TimedLine[] => {
    const point = points.find(([step]) => totalSteps > 0 && step >= totalSteps * share);
    if (!point) return [];
    const [step, loss, at] = point;
    const text = `${share * 100} %, step ${formatCount(step)}${toLoss(loss)}`;
    return [
      { id: `quarter ${number} ${share}`, at: Date.parse(at), time: formatClock(at), text, tone: 'accent' },
    ];
  });
  return [...start, ...quarters];
}
