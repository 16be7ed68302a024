import { type FormEvent, useId, useState } from 'react';
import { Button } from '../../../parts/controls/button.tsx';
import { Dialog } from '../../../parts/dialogs/dialog.tsx';
import { ProblemPanel } from '../../../parts/messages/problem.tsx';
import type { TrainingProps } from '../facts/queries.ts';
import styles from './actions.module.css';
import { useTrainingAction } from './use-action.ts';

/** Properties of the dialog. */
export interface AdoptDialogProps extends TrainingProps {
  readonly onClose: () => void;
}

/** Dialog that assigns a run of RunPod to an unconfirmed submission; the server checks that the run exists and is free. */
export function AdoptDialog({ training, subject, onClose }: AdoptDialogProps) {
  const [runId, setRunId] = useState('');
  const [isEmpty, setEmpty] = useState(false);
  const { mutate, isPending, error } = useTrainingAction(training.id);
  const [input, hint] = [useId(), useId()];
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const runpod_job_id = runId.trim();
    setEmpty(runpod_job_id === '');
    const body = { action: 'adopt', attempt: training.attempt, runpod_job_id };
    if (runpod_job_id !== '') mutate({ path: 'resolve', body }, { onSuccess: onClose });
  };
  return (
    <Dialog open onClose={onClose} title={`Adopt a run for ${subject.name} · ${training.version_name ?? ''}`}>
      <form className={styles.form} onSubmit={submit} noValidate>
        <label htmlFor={input}>RunPod run id</label>
        <input
          id={input}
          value={runId}
          autoComplete="off"
          spellCheck={false}
          aria-describedby={hint}
          aria-invalid={isEmpty || undefined}
          onChange={(event) => setRunId(event.target.value)}
        />
        <p id={hint} className="muted small">
          {isEmpty ? 'Enter the id of a run. ' : ''}RunPod lists it under the requests of the endpoint.
          Trainyard follows this run and sends no second request.
        </p>
        {error && <ProblemPanel error={error} />}
        <div className={styles.row}>
          <Button onClick={onClose}>Keep checking</Button>
          <Button kind="primary" type="submit" busy={isPending}>
            Adopt the run
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
