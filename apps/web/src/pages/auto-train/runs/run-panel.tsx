import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AutoTrainProgressView } from '@trainyard/contracts';
import { useState } from 'react';
import { request } from '../../../api/http/request.ts';
import { useScope } from '../../../api/resources/access.ts';
import { Button } from '../../../parts/controls/button.tsx';
import { Panel } from '../../../parts/messages/panel.tsx';
import { createCandidatesQuery, createRunQuery } from '../data/queries.ts';
import { CancelQuestion } from './cancel-question.tsx';
import { RunBars } from './run-bars.tsx';
import styles from './runs.module.css';
import { formatMoment } from './time.ts';

/** One run: its trainings as bars, their order, and its cancellation. */
export function RunPanel({ id }: { readonly id: string }) {
  const query = useQuery(createRunQuery(id));
  return (
    <section className={styles.section} aria-labelledby={`run-${id}`}>
      <Panel query={query} height="10rem">
        {(run) => <Run run={run} />}
      </Panel>
    </section>
  );
}

function Run({ run }: { readonly run: AutoTrainProgressView }) {
  const mayWrite = useScope('write');
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <div className={styles.head}>
        <h2 id={`run-${run.id}`}>
          Run of <time dateTime={run.created_at}>{formatMoment(run.created_at)}</time>
        </h2>
        <p className="muted">{formatState(run)}</p>
        {mayWrite && !run.done && (
          <div className={styles.controls}>
            <OrderSelect run={run} />
            <Button
              onClick={() => setAsking(true)}
              unavailable={
                run.cancel_requested && !run.cancel_requested.keep_running ? 'Already cancelled' : undefined
              }
            >
              Cancel run
            </Button>
          </div>
        )}
      </div>
      <RunBars trainings={run.trainings} />
      {isAsking && <CancelQuestion run={run} onClose={() => setAsking(false)} />}
    </>
  );
}

function formatState({
  done,
  cancel_requested: cancelled,
  by_status: counts,
  total,
}: AutoTrainProgressView): string {
  const ended = counts.completed + counts.failed + counts.cancelled;
  const progress = total === 0 ? 'No training' : `${ended} of ${total} ended`;
  if (done || !cancelled) return progress;
  const rest = cancelled.keep_running ? 'active trainings finish' : 'until RunPod confirms each end';
  return `${progress} · cancelling since ${formatMoment(cancelled.at)}, ${rest}`;
}

/** Moves the queued trainings of a run before, among or behind manual trainings. */
function OrderSelect({ run }: { readonly run: AutoTrainProgressView }) {
  const client = useQueryClient();
  const orders = useQuery(createCandidatesQuery(false)).data?.orders ?? [];
  const current = run.order.priority ?? orders[0]?.priority;
  const change = useMutation({
    mutationFn: (priority: number) =>
      request<AutoTrainProgressView>(`/api/auto-train/runs/${encodeURIComponent(run.id)}`, {
        method: 'PATCH',
        body: { priority },
      }),
    onSuccess: (changed) => client.setQueryData(createRunQuery(run.id).queryKey, changed),
  });
  if (current === undefined || run.by_status.pending === 0) return null;
  const isKnown = orders.some(({ priority }) => priority === current);
  return (
    <label className={styles.order}>
      <span>Order</span>
      <select
        value={change.isPending ? change.variables : current}
        onChange={(event) => change.mutate(Number(event.target.value))}
      >
        {!isKnown && <option value={current}>priority {current}</option>}
        {orders.map(({ priority, text }) => (
          <option key={priority} value={priority}>
            {text}
          </option>
        ))}
      </select>
      {change.error && <span className={styles.error}>{change.error.message}</span>}
    </label>
  );
}
