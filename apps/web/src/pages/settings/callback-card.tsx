import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { TunnelView } from '@trainyard/contracts';
import { useState } from 'react';
import { useServerNow } from '../../api/clock.ts';
import { request } from '../../api/http/request.ts';
import { useScope } from '../../api/resources/access.ts';
import { callbackQuery } from '../../api/resources/queries.ts';
import { CopyButton } from '../../parts/console/copy-button.tsx';
import { Button } from '../../parts/controls/button.tsx';
import { ScopeNote } from '../../parts/controls/scope-note.tsx';
import { Panel } from '../../parts/messages/panel.tsx';
import { ProblemPanel } from '../../parts/messages/problem.tsx';
import { formatDuration, formatTime, formatUtc } from '../../parts/words/format.ts';
import { Card, Fact } from './card.tsx';
import styles from './settings-page.module.css';
import { StopTunnel } from './stop-tunnel.tsx';

/** How the results of runs arrive, and the tunnel. */
export function CallbackCard() {
  const query = useQuery(callbackQuery);
  return (
    <Card title="Callback">
      <Panel query={query} height="var(--height-callback)">
        {(callback) => <Callback callback={callback} />}
      </Panel>
    </Card>
  );
}

function Callback({ callback }: { readonly callback: TunnelView }) {
  return (
    <div className={styles.stack}>
      <p className={styles.lead}>{describeMode(callback)}</p>
      {callback.reason !== null && (
        <p className={styles.fault}>
          {callback.state === 'failed' ? 'The tunnel failed: ' : ''}
          {callback.reason}
        </p>
      )}
      <CallbackFacts callback={callback} />
      <TunnelActions callback={callback} />
    </div>
  );
}

function CallbackFacts({ callback }: { readonly callback: TunnelView }) {
  const now = useServerNow();
  const { url, since, last_callback_at: last } = callback;
  return (
    <dl className={styles.facts}>
      {url !== null && (
        <Fact name="Address">
          <span className={styles.address}>
            <code>{url}</code>
            <CopyButton text={url} what="address" />
          </span>
        </Fact>
      )}
      {since !== null && (
        <Fact name={SINCE_NAMES[callback.state]}>
          <time dateTime={since} title={formatUtc(since)}>
            {formatTime(since, now)}
          </time>
        </Fact>
      )}
      <Fact name="Last callback">
        {last === null ? (
          'none so far'
        ) : (
          <time dateTime={last} title={formatUtc(last)}>
            {formatTime(last, now)}, {formatDuration((now - Date.parse(last)) / 1_000)} ago
          </time>
        )}
      </Fact>
    </dl>
  );
}

const SINCE_NAMES: Readonly<Record<TunnelView['state'], string>> = {
  on: 'Since',
  off: 'Stopped at',
  starting: 'Requested at',
  failed: 'Failed at',
};

function describeMode({ mode, state, poll_interval_seconds: seconds }: TunnelView): string {
  if (mode === 'public_url') return 'Public address';
  if (mode === 'tunnel') return 'Tunnel';
  if (state === 'starting') return 'The tunnel is starting';
  return `Polling only: results are found within ${formatDuration(seconds)}`;
}

/** Start and stop of the tunnel; a server with a public address needs none. */
function TunnelActions({ callback }: { readonly callback: TunnelView }) {
  const client = useQueryClient();
  const isAdmin = useScope('admin');
  const [isAsking, setAsking] = useState(false);
  const start = useMutation({
    mutationFn: () =>
      request<TunnelView>('/api/ngrok/start', { method: 'POST', idempotencyKey: crypto.randomUUID() }),
    onSuccess: (started) => client.setQueryData(callbackQuery.queryKey, started),
    onError: () => void client.invalidateQueries({ queryKey: callbackQuery.queryKey }),
  });
  if (callback.mode === 'public_url') return null;
  const isStarting = start.isPending || callback.state === 'starting';
  const isOn = callback.running;
  return (
    <>
      {isAdmin && (
        <div className={styles.actions}>
          {isOn ? (
            <Button onClick={() => setAsking(true)}>Stop the tunnel</Button>
          ) : (
            <Button
              kind="primary"
              busy={isStarting}
              unavailable={callback.missing ?? undefined}
              onClick={() => start.mutate()}
            >
              {isStarting ? 'Requesting…' : 'Start the tunnel'}
            </Button>
          )}
        </div>
      )}
      {!isOn && callback.missing !== null && (
        <p className="muted small">{callback.missing}. A tunnel needs it, and a restart.</p>
      )}
      <ScopeNote needs="admin" action="Starting and stopping the tunnel" />
      {start.error && <ProblemPanel error={start.error} />}
      <StopTunnel open={isAsking} onClose={() => setAsking(false)} callback={callback} />
    </>
  );
}
