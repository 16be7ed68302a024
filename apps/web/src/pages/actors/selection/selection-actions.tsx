import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { showToast } from '../../../parts/messages/toast.tsx';
import { type MarkFailure, useMarkReviewed } from './mark-reviewed.ts';
import { SelectionBar } from './selection-bar.tsx';
import { toOrder } from './selection-order.ts';
import type { Selection } from './use-selection.ts';

/** The question is loaded when it is asked. */
const StartQuestion = lazy(async () => {
  const { StartQuestion: component } = await import('../../../parts/start-run/start-question.tsx');
  return { default: component };
});

/** The bar of the selected actors with its actions: train them, or mark their training data as reviewed. */
export function SelectionActions({ selection }: { readonly selection: Selection }) {
  const [isAsking, setAsking] = useState(false);
  const [failures, setFailures] = useState<readonly MarkFailure[]>([]);
  const mark = useMarkReviewed((result, { good }) => {
    setFailures(result.failures);
    selection.update(result.changed.map((actor) => ({ ...actor, training_data_good: good })));
    if (result.changed.length === 0 || !good) return;
    const undo = { label: 'Undo', run: () => mark.mutate({ actors: result.changed, good: false }) };
    showToast(`Training data of ${formatActors(result.changed.length)} marked as good`, undo);
  });
  const unreviewed = selection.actors.filter(({ training_data_good: isGood }) => !isGood);
  return (
    <>
      <SelectionBar
        selection={selection}
        onTrain={() => setAsking(true)}
        onMark={() => mark.mutate({ actors: unreviewed, good: true })}
        isAllReviewed={unreviewed.length === 0}
        isMarking={mark.isPending}
        failures={failures}
        onDismiss={() => setFailures([])}
      />
      {isAsking && <TrainQuestion selection={selection} onClose={() => setAsking(false)} />}
    </>
  );
}

function TrainQuestion({
  selection,
  onClose,
}: {
  readonly selection: Selection;
  readonly onClose: () => void;
}) {
  const navigate = useNavigate();
  const onStarted = (count: number): void => {
    onClose();
    selection.clear();
    showToast(`${count === 1 ? '1 training' : `${count} trainings`} started`, {
      label: 'Open the queue',
      run: () => void navigate({ to: '/' }),
    });
  };
  return (
    <Suspense>
      <StartQuestion
        order={toOrder(selection.actors)}
        onClose={onClose}
        onStarted={({ enqueued }) => onStarted(enqueued.length)}
      />
    </Suspense>
  );
}

function formatActors(count: number): string {
  return count === 1 ? '1 actor' : `${count} actors`;
}
