import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { DispatchView, SlotsView } from '@trainyard/contracts';
import { Minus, Pause, Play, Plus } from 'lucide-react';
import { useState } from 'react';
import { request } from '../../api/http/request.ts';
import { useScope } from '../../api/resources/access.ts';
import { dispatchQuery, slotsQuery } from '../../api/resources/queries.ts';
import { Button } from '../../parts/controls/button.tsx';
import { ScopeNote } from '../../parts/controls/scope-note.tsx';
import { Panel } from '../../parts/messages/panel.tsx';
import { ProblemPanel } from '../../parts/messages/problem.tsx';
import { toVisibleText } from '../../parts/words/visible-text.ts';
import { Card } from './card.tsx';
import { PauseQuestion } from './pause-question.tsx';
import styles from './settings-page.module.css';
import { SlotsQuestion } from './slots-question.tsx';

/** Number of slots, and the pause of the queue. */
export function QueueCard() {
  const query = useQuery(slotsQuery);
  return (
    <Card title="Queue">
      <Panel query={query} height="var(--height-queue)">
        {(slots) => <Queue slots={slots} />}
      </Panel>
    </Card>
  );
}

/** Change of the dispatch control, as the API takes it. */
interface DispatchChange {
  readonly max_concurrency?: number;
  readonly paused?: boolean;
  readonly reason?: string;
}

function useChangeDispatch(onChanged: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: DispatchChange) => request<DispatchView>('/api/dispatch', { method: 'PUT', body }),
    onSuccess: async (dispatch) => {
      client.setQueryData(dispatchQuery.queryKey, dispatch);
      await client.invalidateQueries({ queryKey: slotsQuery.queryKey });
      onChanged();
    },
  });
}

function Queue({ slots }: { readonly slots: SlotsView }) {
  const [question, setQuestion] = useState<'pause' | number>();
  const close = (): void => setQuestion(undefined);
  const change = useChangeDispatch(close);
  const { max_concurrency: count, in_use_count: used, paused, reason } = slots;
  const common = { slots, onClose: close, busy: change.isPending, error: change.error, onAct: change.mutate };
  return (
    <div className={styles.stack}>
      <p className={styles.lead}>
        {count} {count === 1 ? 'slot' : 'slots'}, {used} in use
      </p>
      <p className="muted">A slot is one run at RunPod; the runs of all slots cost money at the same time.</p>
      <p>
        {paused
          ? `The queue is paused${reason === null ? '' : `: ${toVisibleText(reason)}`}`
          : 'The queue starts trainings.'}
      </p>
      <QueueActions {...common} onAsk={setQuestion} />
      <ScopeNote needs="admin" action="Changing slots and pausing the queue" />
      {question === undefined && change.error && <ProblemPanel error={change.error} />}
      <PauseQuestion {...common} open={question === 'pause'} />
      <SlotsQuestion {...common} next={typeof question === 'number' ? question : undefined} />
    </div>
  );
}

interface QueueActionsProps {
  readonly slots: SlotsView;
  readonly busy: boolean;
  /** Asks before a pause, or before the number of slots changes. */
  readonly onAsk: (question: 'pause' | number) => void;
  readonly onAct: (change: DispatchChange) => void;
}

function QueueActions({ slots, busy, onAsk, onAct }: QueueActionsProps) {
  const isAdmin = useScope('admin');
  const { max_concurrency: count, paused } = slots;
  if (!isAdmin) return null;
  return (
    <div className={styles.actions}>
      <Button
        label="One slot less"
        unavailable={count <= 1 ? 'At least one slot stays' : undefined}
        onClick={() => onAsk(count - 1)}
      >
        <Minus size={16} aria-hidden />
      </Button>
      <Button label="One slot more" onClick={() => onAsk(count + 1)}>
        <Plus size={16} aria-hidden />
      </Button>
      {paused ? (
        <Button busy={busy} onClick={() => onAct({ paused: false })}>
          <Play size={16} aria-hidden /> Resume queue
        </Button>
      ) : (
        <Button onClick={() => onAsk('pause')}>
          <Pause size={16} aria-hidden /> Pause queue
        </Button>
      )}
    </div>
  );
}
