import { useState } from 'react';
import { showToast } from '../../parts/toast.tsx';
import { type MarkFailure, useMarkReviewed } from './mark-reviewed.ts';
import { SelectionBar } from './selection-bar.tsx';
import type { Selection } from './use-selection.ts';

/** The bar of the selected actors with its actions: train them, or mark their training data as reviewed. */
export function SelectionActions({ selection }: { readonly selection: Selection }) {
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
    <SelectionBar
      selection={selection}
      onMark={() => mark.mutate({ actors: unreviewed, good: true })}
      isAllReviewed={unreviewed.length === 0}
      isMarking={mark.isPending}
      failures={failures}
      onDismiss={() => setFailures([])}
    />
  );
}

function formatActors(count: number): string {
  return count === 1 ? '1 actor' : `${count} actors`;
}
