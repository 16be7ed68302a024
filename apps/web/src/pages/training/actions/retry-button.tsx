import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { TrainingDetail, TrainingView } from '@trainyard/contracts';
import { useState } from 'react';
import { createIdempotencyKey } from '../../../api/http/idempotency-key.ts';
import { request } from '../../../api/http/request.ts';
import { useScope } from '../../../api/resources/access.ts';
import buttonStyles from '../../../parts/controls/button.module.css';
import { Button } from '../../../parts/controls/button.tsx';
import { Question } from '../../../parts/dialogs/dialog.tsx';
import { ProblemPanel } from '../../../parts/messages/problem.tsx';
import { formatUsd } from '../../../parts/words/format.ts';
import type { TrainingProps } from '../facts/queries.ts';

/** The next step of a failed training: a retry with the values that the server proposes, and the form with its values. */
export function RetryButton({ training, subject }: TrainingProps) {
  const canWrite = useScope('write');
  const [open, setOpen] = useState(false);
  const step = training.next_step;
  if (!canWrite || training.pruned_at !== null) return null;
  const isOffered = step?.action === 'retry' || step?.changes != null || subject.kind === 'style';
  return (
    <>
      {isOffered && (
        <Button kind="primary" onClick={() => setOpen(true)}>
          {step?.changes ? 'Retry with this change' : 'Retry'}
        </Button>
      )}
      {subject.kind === 'actor' && <EditAndRetry training={training} />}
      {open && <RetryQuestion training={training} subject={subject} onClose={() => setOpen(false)} />}
    </>
  );
}

/** Link to the form with the values of this training; nothing is submitted. */
export function EditAndRetry({ training }: Pick<TrainingProps, 'training'>) {
  return (
    <Link
      className={buttonStyles.button}
      to="/actors/$id"
      params={{ id: training.subject_id }}
      search={{ retry: training.id }}
    >
      Edit and retry
    </Link>
  );
}

function RetryQuestion({ training, subject, onClose }: TrainingProps & { readonly onClose: () => void }) {
  const changes = training.next_step?.changes ?? undefined;
  const cost = training.expected_usd;
  const { mutate, isPending, error } = useRetry(training);
  return (
    <Question
      open
      onClose={onClose}
      title={`Train ${subject.name} again?`}
      keep="Not now"
      act="Retry"
      onAct={() => mutate()}
      busy={isPending}
    >
      <p>
        A new version with the values of {training.version_name ?? 'this training'}
        {changes ? `, except: ${listChanges(training, changes)}.` : '.'}
        {cost !== null && ` About ${formatUsd(cost)}.`}
      </p>
      {error && <ProblemPanel error={error} />}
    </Question>
  );
}

type Changes = NonNullable<NonNullable<TrainingDetail['next_step']>['changes']>;

/** `network_dim 16 instead of 32`, in the words of the form. */
function listChanges(
  { hyperparameters }: TrainingDetail,
  { hyperparameters: values = {}, validation }: Changes,
): string {
  const list = Object.entries(values).map(
    ([name, value]) => `${NAMES[name] ?? name} ${value} instead of ${String(hyperparameters[name])}`,
  );
  return [...list, ...(validation === false ? ['no sample pictures'] : [])].join(', ');
}

const NAMES: Readonly<Record<string, string>> = {
  network_dim: 'rank',
  batch_size: 'batch size',
  learning_rate: 'learning rate',
};

/** Creates the new training and opens its page. One opening of the question has one key, so that it creates one training. */
function useRetry({ id, next_step: step }: TrainingDetail) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [idempotencyKey] = useState(createIdempotencyKey);
  return useMutation({
    mutationFn: () =>
      request<TrainingView>(`/api/trainings/${encodeURIComponent(id)}/retry`, {
        method: 'POST',
        body: step?.changes ?? {},
        idempotencyKey,
      }),
    onSuccess: async (training) => {
      for (const key of ['slots', 'actors']) void client.invalidateQueries({ queryKey: [key] });
      await navigate({ to: '/trainings/$id', params: { id: training.id } });
    },
  });
}
