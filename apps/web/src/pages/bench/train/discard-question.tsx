import { useBlocker } from '@tanstack/react-router';
import { Question } from '../../../parts/dialogs/dialog.tsx';
import { countEdits, NO_EDITS } from '../form/edits.ts';
import type { TrainForm } from '../form/use-train-form.ts';

const BENCH = '/shell/actors/$id';

/** Asks before the bench of a different actor replaces a form with edits. */
export function DiscardQuestion({ train: { actorId, edits, change } }: { readonly train: TrainForm }) {
  const count = countEdits(edits);
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      count > 0 &&
      next.routeId === BENCH &&
      current.routeId === BENCH &&
      next.params.id !== current.params.id,
    enableBeforeUnload: false,
    withResolver: true,
  });
  if (blocker.status !== 'blocked') return null;
  const noun = count === 1 ? 'parameter' : 'parameters';
  return (
    <Question
      open
      title={`Discard ${count} edited ${noun} of ${actorId}?`}
      keep="Keep editing"
      act="Discard"
      kind="danger"
      onClose={blocker.reset}
      onAct={() => {
        change(() => NO_EDITS);
        blocker.proceed();
      }}
    />
  );
}
