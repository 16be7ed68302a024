import type { SlotsView } from '@trainyard/contracts';
import { Minus, Plus } from 'lucide-react';
import { useId, useState } from 'react';
import { useOfflineReason } from '../../../api/live/link-state.ts';
import { useScope } from '../../../api/resources/access.ts';
import { Button } from '../../../parts/controls/button.tsx';
import { ActionQuestion } from '../../../parts/dialogs/action-question.tsx';
import { formatPlural } from '../data/plural.ts';
import { useRequests } from '../data/requests.ts';
import styles from './queue.module.css';

/** Pauses the queue after a question, or resumes it. */
export function PauseButton({ slots }: { readonly slots: SlotsView }) {
  const isAdmin = useScope('admin');
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const { changeDispatch } = useRequests();
  const offline = useOfflineReason();
  if (!isAdmin) return null;
  if (slots.paused)
    return (
      <Button
        busy={isBusy}
        unavailable={offline}
        onClick={() => {
          setBusy(true);
          void changeDispatch({ paused: false }).finally(() => setBusy(false));
        }}
      >
        {isBusy ? 'Requesting…' : 'Resume queue'}
      </Button>
    );
  return (
    <>
      <Button unavailable={offline} onClick={() => setAsking(true)}>
        Pause queue
      </Button>
      {isAsking && <PauseQuestion slots={slots} onClose={() => setAsking(false)} />}
    </>
  );
}

function PauseQuestion({ slots, onClose }: { readonly slots: SlotsView; readonly onClose: () => void }) {
  const { changeDispatch } = useRequests();
  const [reason, setReason] = useState('');
  const id = useId();
  const text = reason.trim();
  return (
    <ActionQuestion
      title="Pause the queue?"
      keep="Keep running"
      act="Pause queue"
      onClose={onClose}
      run={() => changeDispatch({ paused: true, ...(text !== '' && { reason: text }) })}
    >
      <p>
        {formatPlural(slots.in_use_count, 'active training continues', 'active trainings continue')};{' '}
        {formatPlural(slots.waiting_count, 'queued training waits', 'queued trainings wait')} until you
        resume.
      </p>
      <p className={styles.field}>
        <label htmlFor={id}>Reason, shown beside each queued training</label>
        <input id={id} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
      </p>
    </ActionQuestion>
  );
}

/** Number of slots with − and +, each after a question. */
export function SlotsControl({ slots }: { readonly slots: SlotsView }) {
  const isAdmin = useScope('admin');
  const [target, setTarget] = useState<number>();
  const { changeDispatch } = useRequests();
  const offline = useOfflineReason();
  const count = slots.max_concurrency;
  return (
    <div className={styles.slots}>
      <span className="number">{formatPlural(count, 'slot')}</span>
      {isAdmin && (
        <>
          <Button
            label="Use one slot less"
            unavailable={
              offline ?? (count <= 1 ? 'One slot is the least; pause the queue instead' : undefined)
            }
            onClick={() => setTarget(count - 1)}
          >
            <Minus size={16} aria-hidden />
          </Button>
          <Button label="Use one slot more" unavailable={offline} onClick={() => setTarget(count + 1)}>
            <Plus size={16} aria-hidden />
          </Button>
        </>
      )}
      {target !== undefined && (
        <ActionQuestion
          title={`Use ${formatPlural(target, 'slot')}?`}
          keep={`Keep ${formatPlural(count, 'slot')}`}
          act={`Use ${formatPlural(target, 'slot')}`}
          onClose={() => setTarget(undefined)}
          run={() => changeDispatch({ max_concurrency: target })}
        >
          <p>{getSlotsConsequence(slots, target)}</p>
        </ActionQuestion>
      )}
    </div>
  );
}

/** Names what a new number of slots means for the money and for the live runs. */
function getSlotsConsequence(
  { max_concurrency: count, in_use_count: active }: SlotsView,
  target: number,
): string {
  if (target > count) return `Up to ${formatPlural(target, 'run costs', 'runs cost')} money at once.`;
  if (active <= target) return `${formatPlural(active, 'run is', 'runs are')} active and not affected.`;
  return `${formatPlural(active, 'run is', 'runs are')} active; ${active === 2 ? 'both finish' : 'all of them finish'}.`;
}
