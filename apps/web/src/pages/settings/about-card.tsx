import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { getServerNow } from '../../api/clock.ts';
import { sessionQuery } from '../../api/resources/queries.ts';
import { useSessionActions } from '../../api/resources/session.ts';
import type { Session } from '../../api/resources/types.ts';
import { Button } from '../../parts/controls/button.tsx';
import { Panel } from '../../parts/messages/panel.tsx';
import { ProblemPanel } from '../../parts/messages/problem.tsx';
import { formatTime, formatUtc } from '../../parts/words/format.ts';
import { Card, Fact } from './card.tsx';
import styles from './settings-page.module.css';

/** Version, access of this browser, and the pages for operators. */
export function AboutCard() {
  const query = useQuery(sessionQuery);
  return (
    <Card title="About">
      <Panel query={query} height="var(--height-about)">
        {(session) => <About session={session} />}
      </Panel>
    </Card>
  );
}

const SCOPE_WORDS = {
  read: 'reads',
  write: 'reads and trains',
  admin: 'full access',
} as const;

function About({ session }: { readonly session: Session }) {
  const { locked, scope, expires_at: expires, version } = session;
  return (
    <div className={styles.stack}>
      <dl className={styles.facts}>
        <Fact name="Version">{version}</Fact>
        <Fact name="Access">
          {locked
            ? scope && `Key with scope ${scope}: ${SCOPE_WORDS[scope]}`
            : 'No API keys: requests from this machine only'}
        </Fact>
        {expires !== null && (
          <Fact name="Session until">
            <time dateTime={expires} title={formatUtc(expires)}>
              {formatTime(expires, getServerNow())}
            </time>
          </Fact>
        )}
      </dl>
      <p>
        <a href="/docs">API documentation</a>
        {scope === 'admin' && (
          <>
            {' · '}
            <a href="/admin/queues">Bull Board</a>
          </>
        )}
      </p>
      {locked && <SignOut />}
    </div>
  );
}

function SignOut() {
  const navigate = useNavigate();
  const { logOut } = useSessionActions();
  const signOut = useMutation({
    mutationFn: logOut,
    onSuccess: () => navigate({ to: '/login' }),
  });
  return (
    <>
      <div className={styles.actions}>
        <Button busy={signOut.isPending} onClick={() => signOut.mutate()}>
          Sign out
        </Button>
      </div>
      {signOut.error && <ProblemPanel error={signOut.error} />}
    </>
  );
}
