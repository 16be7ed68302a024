import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { sessionQuery } from '../../api/resources/queries.ts';
import { KeyForm } from '../../parts/controls/key-form.tsx';
import { ProblemPanel } from '../../parts/messages/problem.tsx';
import styles from './login-page.module.css';

const route = getRouteApi('/login');
/** Pages that the studio does not show itself. */
const SERVER_PAGE = /^\/(?:admin|docs|api)(?:[/?]|$)/;

/** Login by an API key, then back to the page that asked for it. */
export function LoginPage() {
  const { next = '/' } = route.useSearch();
  const { history } = useRouter();
  const { data: session, error, refetch } = useQuery(sessionQuery);
  const field = useRef<HTMLInputElement>(null);
  const hasAccess = session?.scope != null;
  useEffect(() => {
    if (!hasAccess) return;
    if (SERVER_PAGE.test(next)) location.replace(next);
    else history.replace(next);
  }, [hasAccess, next, history]);
  useEffect(() => field.current?.focus(), []);
  return (
    <main className={styles.page}>
      <title>Sign in · Trainyard</title>
      <div className={styles.column}>
        <h1>Sign in to Trainyard</h1>
        <KeyForm field={field} onOpened={() => undefined} />
        {error && <ProblemPanel error={error} onRetry={() => void refetch()} />}
        <p className="faint small">The studio stores the key nowhere.</p>
      </div>
    </main>
  );
}
