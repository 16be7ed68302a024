import type { SlotsView } from '@trainyard/contracts';
import { Question } from '../../parts/dialogs/dialog.tsx';
import { ProblemPanel } from '../../parts/messages/problem.tsx';

/** Properties of the question. */
export interface SlotsQuestionProps {
  /** The number of slots that is asked about; undefined while nothing is asked. */
  readonly next: number | undefined;
  readonly slots: SlotsView;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onClose: () => void;
  readonly onAct: (change: { readonly max_concurrency: number }) => void;
}

/** Question before the number of slots changes. */
export function SlotsQuestion({ next, slots, busy, error, onClose, onAct }: SlotsQuestionProps) {
  const { max_concurrency: current, in_use_count: active } = slots;
  const target = next ?? current;
  return (
    <Question
      open={next !== undefined}
      onClose={onClose}
      title={`Use ${countSlots(target)}?`}
      keep={`Keep ${countSlots(current)}`}
      act={busy ? 'Requesting…' : `Use ${countSlots(target)}`}
      busy={busy}
      onAct={() => onAct({ max_concurrency: target })}
    >
      <p>{describeChange(target, current, active)}</p>
      {error != null && <ProblemPanel error={error} />}
    </Question>
  );
}

function countSlots(count: number): string {
  return count === 1 ? '1 slot' : `${count} slots`;
}

function describeChange(target: number, current: number, active: number): string {
  if (target > current) return `Up to ${target} runs cost money at once.`;
  if (active <= target) return `${active === 1 ? '1 run is' : `${active} runs are`} active and not affected.`;
  return `${active} runs are active; ${active === 2 ? 'both' : 'all'} finish.`;
}
