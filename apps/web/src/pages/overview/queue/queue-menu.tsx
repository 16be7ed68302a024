import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Menu, type MenuAction } from '../../../parts/controls/menu.tsx';
import { ActionQuestion } from '../../../parts/dialogs/action-question.tsx';
import { showToast } from '../../../parts/messages/toast.tsx';
import { formatUsd } from '../../../parts/words/format.ts';
import { useRequests } from '../data/requests.ts';
import { getLoweredPriority, getRaisedPriority, type QueueRow } from './queue-rows.ts';

/** Properties of the menu of a row. */
export interface QueueMenuProps {
  readonly rows: readonly QueueRow[];
  readonly index: number;
  readonly name: string;
}

type Asked = 'remove' | 'release';

/** Menu of a queued training: raise, lower, train anyway, remove. */
export function QueueMenu({ rows, index, name }: QueueMenuProps) {
  const row = rows[index] as QueueRow;
  const [asked, setAsked] = useState<Asked>();
  const { reprioritize } = useRequests();
  const move = (priority: number | undefined) => (): void => {
    if (priority === undefined) return;
    reprioritize(row.id, priority).catch((error: Error) =>
      showToast(`${name} was not moved: ${error.message}`),
    );
  };
  const [raised, lowered] = [getRaisedPriority(rows, index), getLoweredPriority(rows, index)];
  const isHeld = row.waiting?.code === 'hold';
  const actions: readonly MenuAction[] = [
    { label: 'Raise', onSelect: move(raised), unavailable: raised === undefined ? 'It is first' : undefined },
    {
      label: 'Lower',
      onSelect: move(lowered),
      unavailable: lowered === undefined ? 'It is last' : undefined,
    },
    ...(isHeld ? [{ label: 'Train anyway', onSelect: () => setAsked('release') }] : []),
    { label: 'Remove', onSelect: () => setAsked('remove'), danger: true },
  ];
  return (
    <>
      <Menu label={`Actions of ${name}`} actions={actions}>
        <li>
          <Link to="/trainings/$id" params={{ id: row.id }}>
            Open
          </Link>
        </li>
      </Menu>
      {asked === 'remove' && <RemoveQuestion row={row} onClose={() => setAsked(undefined)} />}
      {asked === 'release' && <ReleaseQuestion row={row} onClose={() => setAsked(undefined)} />}
    </>
  );
}

interface RowQuestionProps {
  readonly row: QueueRow;
  readonly onClose: () => void;
}

function toRowLabel({ subjectId, versionName }: QueueRow): string {
  return versionName === null ? subjectId : `${subjectId} · ${versionName}`;
}

function RemoveQuestion({ row, onClose }: RowQuestionProps) {
  const [key] = useState(() => crypto.randomUUID());
  const { cancel } = useRequests();
  const label = toRowLabel(row);
  const run = async (): Promise<void> => {
    await cancel(row.id, key);
    showToast(`${label} was removed from the queue.`);
  };
  return (
    <ActionQuestion
      title={`Remove ${label} from the queue?`}
      keep="Keep it queued"
      act="Remove"
      kind="danger"
      onClose={onClose}
      run={run}
    >
      <p>
        {row.training && row.training.attempts_spent > 0
          ? 'Its earlier attempts stay paid.'
          : 'Nothing was paid.'}
      </p>
    </ActionQuestion>
  );
}

function ReleaseQuestion({ row, onClose }: RowQuestionProps) {
  const [key] = useState(() => crypto.randomUUID());
  const { release } = useRequests();
  return (
    <ActionQuestion
      title={`Train ${toRowLabel(row)} although its budget has no room?`}
      keep="Keep waiting"
      act="Train anyway"
      onClose={onClose}
      run={() => release(row.id, key)}
    >
      {row.usd !== null && <p>About {formatUsd(row.usd)}.</p>}
    </ActionQuestion>
  );
}
