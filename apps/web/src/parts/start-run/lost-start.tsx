import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AutoTrainRunView } from '@trainyard/contracts';
import { useState } from 'react';
import { Button } from '../controls/button.tsx';
import { forgetPendingStart, readPendingStart } from './pending-start.ts';
import { formatTrainings } from './plan.ts';
import styles from './start-question.module.css';
import { send } from './use-start-run.ts';

/**
 * A start without an answer from before a reload of the page. Sending it again starts its trainings at most once; its run is
 * opened.
 */
export function LostStart({ onStarted }: { readonly onStarted: (run: AutoTrainRunView) => void }) {
  const client = useQueryClient();
  const [pending, setPending] = useState(readPendingStart);
  const repeat = useMutation({
    mutationFn: send,
    onSuccess: (run) => {
      setPending(undefined);
      void client.invalidateQueries({ queryKey: ['auto-train'] });
      onStarted(run);
    },
  });
  if (!pending) return null;
  const discard = (): void => {
    forgetPendingStart();
    setPending(undefined);
  };
  return (
    <section className={styles.changes} aria-label="Start without an answer">
      <p>
        You started {formatTrainings(pending.order.confirmed_actor_ids?.length ?? 0)}, and no answer arrived.
        Send the request again: it starts its trainings at most once.
      </p>
      {repeat.error && <p className={styles.warning}>{repeat.error.message}</p>}
      <div className={styles.buttons}>
        <Button onClick={() => repeat.mutate(pending)} busy={repeat.isPending}>
          Send again
        </Button>
        <Button kind="quiet" onClick={discard}>
          Discard
        </Button>
      </div>
    </section>
  );
}
