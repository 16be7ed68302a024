import type { SlotsView, TrainingView } from '@trainyard/contracts';
import { capitalize, formatTime, spellCount } from '../../parts/words/format.ts';

/** The sentence of the page: its main part, and what follows from it. */
export interface Headline {
  readonly main: string;
  readonly rest: string;
}

type LiveTraining = Pick<TrainingView, 'status' | 'estimated_end'>;

/** What the sentence is made of. */
export interface HeadlineFacts {
  readonly slots: SlotsView;
  readonly live: readonly LiveTraining[];
  /** Queued trainings that a budget holds: they have no end. */
  readonly heldCount: number;
}

/** Writes how many trainings are live and queued, and when the last one ends. @param now epoch ms of the server's clock */
export function writeHeadline(facts: HeadlineFacts, now: number): Headline {
  const { slots } = facts;
  const count = slots.in_use_count;
  const queued = slots.waiting_count;
  const liveWords = count === 0 ? 'Nothing is training' : `${capitalize(spellCount(count))} training`;
  const queueWords = queued === 0 ? 'the queue is empty' : `${spellCount(queued)} queued`;
  return { main: `${liveWords}, ${queueWords}`, rest: writeRest(facts, now) };
}

function writeRest(facts: HeadlineFacts, now: number): string {
  const { slots, heldCount } = facts;
  const stop = getStopWords(slots, now);
  if (stop !== undefined && slots.waiting_count > 0) return stop;
  const end = findLastEnd(facts);
  if (end === undefined) return stop ?? '';
  return `${slots.in_use_count + slots.waiting_count - heldCount === 1 ? 'it ends' : 'the last one ends'} about ${formatTime(end, now)}`;
}

function getStopWords({ paused, gate, budget }: SlotsView, now: number): string | undefined {
  if (paused) return 'the queue is paused';
  if (gate) return 'dispatch is stopped';
  if (!budget) return undefined;
  return budget.opens_at === null
    ? 'a budget is used up'
    : `a budget is used up until ${formatTime(budget.opens_at, now)}`;
}

/** The last of the estimated ends, epoch ms; undefined while one of them is unknown or the queue is longer than its listed head. */
export function findLastEnd({ slots, live, heldCount }: HeadlineFacts): number | undefined {
  if (slots.next.length + heldCount < slots.waiting_count) return undefined;
  const running = live.filter(({ status }) => status !== 'finalizing').map(({ estimated_end: end }) => end);
  const queued = slots.next.map(({ estimated_start: start, expected_seconds: seconds }) =>
    start === null ? null : Date.parse(start) + seconds * 1_000,
  );
  const ends = [...running.map((end) => (end === null ? null : Date.parse(end))), ...queued];
  const known = ends.filter((end) => end !== null);
  return known.length === 0 || known.length < ends.length ? undefined : Math.max(...known);
}
