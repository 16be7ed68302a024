import type { SlotsView } from '@trainyard/contracts';
import { useId, useState } from 'react';
import { Question } from '../../parts/dialogs/dialog.tsx';
import { ProblemPanel } from '../../parts/messages/problem.tsx';

/** Properties of the question. */
export interface PauseQuestionProps {
  readonly open: boolean;
  readonly slots: SlotsView;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onClose: () => void;
  readonly onAct: (change: { readonly paused: true; readonly reason?: string }) => void;
}

/** Question before the queue is paused, with a reason for the others. */
export function PauseQuestion({ open, slots, busy, error, onClose, onAct }: PauseQuestionProps) {
  const id = useId();
  const [reason, setReason] = useState('');
  const { in_use_count: active, waiting_count: queued } = slots;
  return (
    <Question
      open={open}
      onClose={onClose}
      title="Pause the queue?"
      keep="Keep running"
      act={busy ? 'Requesting…' : 'Pause queue'}
      busy={busy}
      onAct={() => onAct({ paused: true, ...(reason.trim() !== '' && { reason: reason.trim() }) })}
    >
      <p>
        {active} active {active === 1 ? 'training continues' : 'trainings continue'}; {queued} queued{' '}
        {queued === 1 ? 'waits' : 'wait'} until you resume.
      </p>
      <label htmlFor={id}>Reason</label>
      <input id={id} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
      {error != null && <ProblemPanel error={error} />}
    </Question>
  );
}
