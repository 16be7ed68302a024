import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { TunnelView } from '@trainyard/contracts';
import { request } from '../../api/http/request.ts';
import { callbackQuery } from '../../api/resources/queries.ts';
import { Question } from '../../parts/dialogs/dialog.tsx';
import { ProblemPanel } from '../../parts/messages/problem.tsx';

/** Properties of the question. */
export interface StopTunnelProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly callback: TunnelView;
}

/** Question before the tunnel stops: it names the runs that carry its address. */
export function StopTunnel({ open, onClose, callback }: StopTunnelProps) {
  const client = useQueryClient();
  const stop = useMutation({
    mutationFn: () =>
      request<TunnelView>('/api/ngrok/stop', { method: 'POST', idempotencyKey: crypto.randomUUID() }),
    onSuccess: (stopped) => {
      client.setQueryData(callbackQuery.queryKey, stopped);
      onClose();
    },
  });
  return (
    <Question
      open={open}
      onClose={onClose}
      title="Stop the tunnel?"
      keep="Keep the tunnel"
      act={stop.isPending ? 'Requesting…' : 'Stop the tunnel'}
      kind="danger"
      busy={stop.isPending}
      onAct={() => stop.mutate()}
    >
      <p>{describeConsequence(callback.active_runs)}</p>
      {stop.error && <ProblemPanel error={stop.error} />}
    </Question>
  );
}

/** Runs that are named; further ones are counted. */
const NAMED = 5;

function describeConsequence(runs: TunnelView['active_runs']): string {
  if (runs.length === 0) return 'No live run carries its address. Later results are found by polling.';
  const names = runs
    .slice(0, NAMED)
    .map(({ subject_id: id, version_name: version }) => (version === null ? id : `${id} · ${version}`));
  const others = runs.length - names.length;
  const all = others > 0 ? [...names, `${others} more`] : names;
  const verb = runs.length === 1 ? 'carries' : 'carry';
  const whose = runs.length === 1 ? 'its result' : 'their results';
  return `${new Intl.ListFormat('en').format(all)} ${verb} its address; ${whose} will be found by polling.`;
}
