import { type ReactNode, useState } from 'react';
import { Question } from '../../../parts/dialogs/dialog.tsx';
import { ProblemPanel } from '../../../parts/messages/problem.tsx';
import styles from './actions.module.css';
import { type TrainingAction, useTrainingAction } from './use-action.ts';

/** Properties of a question before an action on a training. */
export interface ActionQuestionProps {
  readonly trainingId: string;
  readonly action: TrainingAction;
  readonly title: string;
  readonly keep: string;
  readonly act: string;
  readonly kind?: 'primary' | 'danger';
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Statement that must be ticked first. */
  readonly confirm?: string;
}

/** Question before an action: it stays open until the server has answered, and shows a refusal. */
export function ActionQuestion({
  trainingId,
  action,
  children,
  confirm,
  onClose,
  ...question
}: ActionQuestionProps) {
  const [confirmed, setConfirmed] = useState(false);
  const { mutate, isPending, error } = useTrainingAction(trainingId);
  return (
    <Question
      {...question}
      open
      onClose={onClose}
      onAct={() => mutate(action, { onSuccess: onClose })}
      busy={isPending}
      unavailable={confirm !== undefined && !confirmed ? 'tick the box first' : undefined}
    >
      {children}
      {confirm !== undefined && (
        <label className={styles.confirm}>
          <input
            type="checkbox"
            checked={confirmed}
            onChange={(event) => setConfirmed(event.target.checked)}
          />
          {confirm}
        </label>
      )}
      {isPending && <p role="status">Requesting…</p>}
      {error && <ProblemPanel error={error} />}
    </Question>
  );
}
