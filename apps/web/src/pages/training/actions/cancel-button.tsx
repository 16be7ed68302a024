import { useState } from 'react';
import { Button } from '../../../parts/controls/button.tsx';
import { Money } from '../../../parts/words/money.tsx';
import type { TrainingProps } from '../facts/queries.ts';
import { ActionQuestion } from './action-question.tsx';

/** Button that asks before it cancels a run, or removes a queued training. A requested cancel is stated instead. */
export function CancelButton({ training, subject }: TrainingProps) {
  const [open, setOpen] = useState(false);
  const queued = training.status === 'queued';
  const requested = training.cancel_requested ? 'the cancel is requested' : undefined;
  const name = `${subject.name} · ${training.version_name ?? 'next version'}`;
  return (
    <>
      <Button unavailable={requested} onClick={() => setOpen(true)}>
        {requested ? 'Cancel requested' : queued ? 'Remove from the queue' : 'Cancel training'}
      </Button>
      {open && (
        <ActionQuestion
          trainingId={training.id}
          action={{ path: 'cancel' }}
          title={queued ? `Remove ${name} from the queue?` : `Cancel the training of ${name}?`}
          keep={queued ? 'Keep it queued' : 'Keep training'}
          act={queued ? 'Remove' : 'Cancel training'}
          kind="danger"
          onClose={() => setOpen(false)}
        >
          {queued ? (
            <QueuedConsequence spent={training.attempts_spent > 0} />
          ) : (
            <Consequence training={training} />
          )}
        </ActionQuestion>
      )}
    </>
  );
}

function QueuedConsequence({ spent }: { readonly spent: boolean }) {
  return (
    <p>{spent ? 'No further attempt starts. What its earlier attempt cost is paid.' : 'Nothing was paid.'}</p>
  );
}

function Consequence({ training }: Pick<TrainingProps, 'training'>) {
  return (
    <p>
      RunPod is asked to stop, and the run costs until RunPod confirms: <Money training={training} />. No
      model is kept, unless it finishes first.
    </p>
  );
}
