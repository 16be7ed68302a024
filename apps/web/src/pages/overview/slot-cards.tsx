import type { SlotsView, TrainingView } from '@trainyard/contracts';
import { useSubject } from '../../api/subjects.ts';
import styles from './cards.module.css';
import { formatPlural } from './plural.ts';
import { TrainingCard } from './training-card.tsx';

/** A card for each live training, and one for the free slots. */
export function SlotCards({
  slots,
  live,
}: {
  readonly slots: SlotsView;
  readonly live: readonly TrainingView[];
}) {
  const free = Math.max(0, slots.max_concurrency - slots.in_use_count);
  const unreadable = Math.max(0, slots.in_use_count - slots.in_use.length);
  const order = new Map(slots.in_use.map(({ training_id: id }, index) => [id, index]));
  const cards = live.toSorted((one, other) => (order.get(one.id) ?? 99) - (order.get(other.id) ?? 99));
  return (
    <section aria-label="Slots" className={styles.cards}>
      {cards.map((training) => (
        <TrainingCard key={training.id} training={training} />
      ))}
      {free > 0 && <FreeCard slots={slots} free={free} />}
      {unreadable > 0 && (
        <p className={styles.free}>
          {formatPlural(unreadable, 'slot is', 'slots are')} held by a training that cannot be read.
        </p>
      )}
    </section>
  );
}

function FreeCard({ slots, free }: { readonly slots: SlotsView; readonly free: number }) {
  return (
    <div className={styles.free}>
      <p className="large-number">{free === 1 ? 'Free' : `${free} free`}</p>
      <p className="muted">
        <NextWords slots={slots} />
      </p>
    </div>
  );
}

function NextWords({ slots }: { readonly slots: SlotsView }) {
  const [next] = slots.next;
  if (slots.paused) return 'The queue is paused.';
  if (slots.gate) return 'Dispatch is stopped.';
  if (slots.budget) return 'A budget is used up.';
  if (!next) return 'The queue is empty.';
  return <NextName kind={next.kind} id={next.subject_id} />;
}

function NextName({ kind, id }: { readonly kind: 'actor' | 'style'; readonly id: string }) {
  const { name } = useSubject({ kind, id });
  return `Next: ${name}.`;
}
