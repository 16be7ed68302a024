import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AutoTrainProgressView } from '@trainyard/contracts';
import { useState } from 'react';
import { request } from '../../../api/http/request.ts';
import { Question } from '../../../parts/dialogs/dialog.tsx';
import { ProblemPanel } from '../../../parts/messages/problem.tsx';
import { createRunQuery } from '../data/queries.ts';
import styles from './runs.module.css';

/** Properties of the question. */
export interface CancelQuestionProps {
  readonly run: AutoTrainProgressView;
  readonly onClose: () => void;
}

/** Question before a run is cancelled: the trainings that stop, those removed, and the models that stay. */
export function CancelQuestion({ run, onClose }: CancelQuestionProps) {
  const [keepsRunning, setKeepsRunning] = useState(run.cancel_requested?.keep_running ?? false);
  const cancel = useCancelRun(run.id, onClose);
  const counts = countTrainings(run);
  return (
    <Question
      open
      onClose={onClose}
      title="Cancel this run?"
      keep="Keep the run"
      act="Cancel run"
      kind="danger"
      onAct={() => cancel.mutate(keepsRunning)}
      busy={cancel.isPending}
    >
      <p>{describeEffect(counts, keepsRunning)}</p>
      {counts.active > 0 && (
        <label className={styles.box}>
          <input
            type="checkbox"
            checked={keepsRunning}
            onChange={(event) => setKeepsRunning(event.target.checked)}
          />
          {counts.active === 1 ? 'Let the active training finish' : 'Let the active trainings finish'}
        </label>
      )}
      {cancel.error && <ProblemPanel error={cancel.error} />}
    </Question>
  );
}

/** Cancels a run; `true` lets its active trainings finish. */
function useCancelRun(id: string, onCancelled: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (keepsRunning: boolean) =>
      request<AutoTrainProgressView>(`/api/auto-train/runs/${encodeURIComponent(id)}/cancel`, {
        method: 'POST',
        body: { by: 'studio', keep_running: keepsRunning },
      }),
    onSuccess: (changed) => {
      client.setQueryData(createRunQuery(id).queryKey, changed);
      void client.invalidateQueries({ queryKey: ['auto-train'] });
      onCancelled();
    },
  });
}

interface Counts {
  readonly active: number;
  readonly queued: number;
  readonly finished: number;
}

function countTrainings({ trainings, by_status: counts }: AutoTrainProgressView): Counts {
  const queued = trainings.filter(({ status }) => status === 'queued').length;
  const ended = counts.completed + counts.failed + counts.cancelled;
  return { queued, active: trainings.length - queued - ended, finished: counts.completed };
}

/** `1 active training stops, 4 queued are removed, 2 finished models stay.` */
function describeEffect({ active, queued, finished }: Counts, keepsRunning: boolean): string {
  const [subject, verb] = active === 1 ? ['1 active training', 's'] : [`${active} active trainings`, ''];
  const parts = [
    ...(active === 0
      ? []
      : [`${subject} ${keepsRunning ? (active === 1 ? 'finishes' : 'finish') : `stop${verb}`}`]),
    ...(queued === 0 ? [] : [`${queued} queued ${queued === 1 ? 'is' : 'are'} removed`]),
    ...(finished === 0 ? [] : [`${finished} finished ${finished === 1 ? 'model stays' : 'models stay'}`]),
  ];
  const cost = active > 0 && !keepsRunning ? ' An active run costs until RunPod confirms its end.' : '';
  return `${parts.join(', ') || 'All trainings have ended'}.${cost}`;
}
