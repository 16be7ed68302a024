import type { SlotsView, TrainingView } from '@trainyard/contracts';
import { useSubject } from '../../api/subjects.ts';
import styles from './cards.module.css';
import { formatPlural } from './plural.ts';
import { assignBoxes } from './slot-boxes.ts';
import { TrainingCard } from './training-card.tsx';

/** Free slots that are shown one by one; more of them share a box. */
const MAX_FREE = 3;

/** A box for each slot: its training, or that it is free. */
export function SlotCards({
  slots,
  live,
}: {
  readonly slots: SlotsView;
  readonly live: readonly TrainingView[];
}) {
  const { cards, startingCount, freeCount } = assignBoxes(slots, live);
  const unreadable = Math.max(0, slots.in_use_count - slots.in_use.length);
  const freeBoxes = freeCount > MAX_FREE ? 1 : freeCount;
  return (
    <section aria-label="Slots" className={styles.cards}>
      {cards.map((training) => (
        <TrainingCard key={training.id} training={training} />
      ))}
      {listNumbers(startingCount).map((place) => (
        <Box key={`starting ${place}`} large="Starting" text="" />
      ))}
      {listNumbers(freeBoxes).map((place) => (
        <FreeBox key={`free ${place}`} slots={slots} index={place} count={freeBoxes === 1 ? freeCount : 1} />
      ))}
      {unreadable > 0 && (
        <Box
          large={formatPlural(unreadable, 'slot')}
          text={`${unreadable === 1 ? 'is' : 'are'} held by a training that cannot be read`}
        />
      )}
    </section>
  );
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
