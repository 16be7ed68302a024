import type { SlotsView, TrainingView } from '@trainyard/contracts';
import { useRef } from 'react';
import { useSubject } from '../../../api/resources/subjects.ts';
import { formatPlural } from '../data/plural.ts';
import styles from './cards.module.css';
import { assignBoxes, assignPlaces, type Places } from './slot-boxes.ts';
import { TrainingCard } from './training-card.tsx';

/** Free slots that are shown one by one; more of them share a box. */
const MAX_FREE = 3;

/** A box for each slot: its training, or that it is free. A training keeps its place until it ends. */
export function SlotCards({
  slots,
  live,
}: {
  readonly slots: SlotsView;
  readonly live: readonly TrainingView[];
}) {
  const { cards, startingCount, freeCount } = assignBoxes(slots, live);
  const byPlace = usePlaces(cards);
  const count = cards.length + startingCount + (freeCount > MAX_FREE ? 1 : freeCount);
  const unreadable = Math.max(0, slots.in_use_count - slots.in_use.length);
  const last = Math.max(count, ...[...byPlace.keys()].map((place) => place + 1));
  const empty = listNumbers(last)
    .filter((place) => !byPlace.has(place))
    .slice(0, count - cards.length);
  return (
    <section aria-label="Slots" className={styles.cards}>
      {listNumbers(last).map((place) => {
        const training = byPlace.get(place);
        if (training) return <TrainingCard key={training.id} training={training} />;
        const index = empty.indexOf(place);
        if (index < 0) return null;
        if (index < startingCount) return <Box key={`place ${place}`} large="Starting" text="" />;
        return (
          <FreeBox
            key={`place ${place}`}
            slots={slots}
            index={index - startingCount}
            count={freeCount > MAX_FREE ? freeCount : 1}
          />
        );
      })}
      {unreadable > 0 && <UnreadableBox count={unreadable} />}
    </section>
  );
}

/** The cards by their places, which they keep until their training ends. */
function usePlaces(cards: readonly TrainingView[]): ReadonlyMap<number, TrainingView> {
  const places = useRef<Places>(new Map());
  const ids = cards.map(({ id }) => id);
  places.current = assignPlaces(places.current, ids);
  return new Map(cards.map((training) => [places.current.get(training.id) ?? 0, training]));
}

function UnreadableBox({ count }: { readonly count: number }) {
  const text = `${count === 1 ? 'is' : 'are'} held by a training that cannot be read`;
  return <Box large={formatPlural(count, 'slot')} text={text} />;
}

function listNumbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function Box({ large, text }: { readonly large: string; readonly text: string }) {
  return (
    <div className={styles.free}>
      <p className="large-number">{large}</p>
      <p className="muted">{text}</p>
    </div>
  );
}

interface FreeBoxProps {
  readonly slots: SlotsView;
  readonly index: number;
  readonly count: number;
}

function FreeBox({ slots, index, count }: FreeBoxProps) {
  const next = slots.next[index];
  const subject = useSubject({ kind: next?.kind ?? 'actor', id: next?.subject_id ?? '' });
  return (
    <Box
      large={count === 1 ? 'Free' : `${count} free`}
      text={getStop(slots) ?? (next ? `Next: ${subject.name}.` : 'The queue is empty.')}
    />
  );
}

function getStop({ paused, gate, budget }: SlotsView): string | undefined {
  if (paused) return 'The queue is paused.';
  if (gate) return 'Dispatch is stopped.';
  return budget ? 'A budget is used up.' : undefined;
}
