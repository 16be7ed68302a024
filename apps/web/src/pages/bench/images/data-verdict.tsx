import { useMutation, useQueryClient } from '@tanstack/react-query';
import { BadgeCheck } from 'lucide-react';
import { useState } from 'react';
import { request } from '../../../api/http/request.ts';
import { useScope } from '../../../api/resources/access.ts';
import { createActorQuery } from '../../../api/resources/queries.ts';
import type { ActorDetail } from '../../../api/resources/types.ts';
import type { Finding } from '../../../api/resources/versions.ts';
import { Button } from '../../../parts/controls/button.tsx';
import { Question } from '../../../parts/dialogs/dialog.tsx';
import { announce } from '../../../parts/messages/announce.tsx';
import { showToast } from '../../../parts/messages/toast.tsx';
import styles from './images.module.css';

interface DataVerdictProps {
  readonly actor: ActorDetail;
  readonly findings: readonly Finding[];
}

/** Marks the training data of an actor as good, or takes that back; data with errors are asked about first. */
export function DataVerdict({ actor, findings }: DataVerdictProps) {
  const canWrite = useScope('write');
  const [asking, setAsking] = useState(false);
  const { mutate, error } = useDataVerdict(actor);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (!canWrite)
    return (
      <p className="muted small">This key can read. Marking training data needs a key with scope write.</p>
    );
  const mark = (): void => (errors.length > 0 ? setAsking(true) : mutate(true));
  return (
    <div className={styles.verdict}>
      {actor.training_data_good ? (
        <div className={styles.marked}>
          <p className={styles.good}>
            <BadgeCheck size={16} aria-hidden /> Training data are good
          </p>
          <Button label="Take back: training data are good" onClick={() => mutate(false)}>
            Take back
          </Button>
        </div>
      ) : (
        <Button kind="primary" onClick={mark}>
          Mark training data as good
        </Button>
      )}
      {error && <RefusedMark error={error} onRetry={() => mutate(!actor.training_data_good)} />}
      <ErrorQuestion
        errors={errors}
        open={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => mutate(true)}
      />
    </div>
  );
}

interface RefusedMarkProps {
  readonly error: Error;
  readonly onRetry: () => void;
}

function RefusedMark({ error, onRetry }: RefusedMarkProps) {
  return (
    <p className={styles.refused}>
      The mark was not recorded: {error.message}{' '}
      <Button kind="text" onClick={onRetry}>
        Retry
      </Button>
    </p>
  );
}

interface ErrorQuestionProps {
  readonly errors: readonly Finding[];
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

function ErrorQuestion({ errors, open, onClose, onConfirm }: ErrorQuestionProps) {
  const count = errors.length === 1 ? '1 error' : `${errors.length} errors`;
  const confirm = (): void => {
    onClose();
    onConfirm();
  };
  return (
    <Question
      open={open}
      onClose={onClose}
      title={`Mark the training data as good although the report has ${count}?`}
      keep="Not yet"
      act="Mark as good"
      onAct={confirm}
    >
      <ul className={styles.errors}>
        {errors.map(({ code, message }) => (
          <li key={code}>{message}</li>
        ))}
      </ul>
      <p>Auto-train skips this actor until the errors are repaired.</p>
    </Question>
  );
}

/** The mark shows at once; a refusal restores it. */
function useDataVerdict({ id, name }: ActorDetail) {
  const client = useQueryClient();
  const { queryKey } = createActorQuery(id);
  const show = (good: boolean): void =>
    void client.setQueryData(queryKey, (known) => known && { ...known, training_data_good: good });
  return useMutation({
    scope: { id: `data verdict ${id}` },
    mutationFn: (good: boolean) =>
      request(`/api/actors/${encodeURIComponent(id)}/training-data/mark-good`, {
        method: 'POST',
        body: { good },
      }),
    onMutate: async (good) => {
      await client.cancelQueries({ queryKey });
      show(good);
    },
    onError: (reason, good) => {
      show(!good);
      announce(`The mark was not recorded: ${reason.message}`, 'alert');
    },
    onSuccess: (_, good) =>
      showToast(`The training data of ${name} are ${good ? 'marked as good' : 'no longer marked as good'}.`),
    onSettled: () => client.invalidateQueries({ queryKey: ['actors'] }),
  });
}
