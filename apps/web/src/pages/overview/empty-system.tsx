import { useQuery } from '@tanstack/react-query';
import { CircleAlert, CircleCheck } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import styles from './empty.module.css';

interface Readiness {
  readonly status: string;
  readonly reasons: readonly string[];
}

/** The servers behind the studio: ready, or what each of them lacks. Both answers are JSON, also the refusal. */
const readinessQuery = {
  queryKey: ['readiness'],
  queryFn: async ({ signal }: { readonly signal: AbortSignal }) =>
    (await (await fetch('/readyz', { signal })).json()) as Readiness,
  refetchInterval: 5_000,
};

/** First steps of a system without actors; each mark turns live when its step is done. */
export function EmptySystem() {
  const id = useId();
  const readiness = useQuery(readinessQuery).data;
  const reasons = readiness?.reasons ?? [];
  return (
    <section aria-labelledby={id} className={styles.steps}>
      <h2 id={id}>Before the first training</h2>
      <ul>
        <Step isDone={false}>
          No actors yet: <code>npx trainyard import DIR</code>
        </Step>
        <Step isDone={readiness?.status === 'ok'}>
          {reasons.length === 0 ? 'Servers are ready' : `Not ready: ${reasons.join('; ')}`}
        </Step>
      </ul>
    </section>
  );
}

function Step({ isDone, children }: { readonly isDone: boolean; readonly children: ReactNode }) {
  const Icon = isDone ? CircleCheck : CircleAlert;
  return (
    <li className={isDone ? styles.done : styles.open}>
      <Icon size={18} aria-hidden />
      <span>
        <span className="visually-hidden">{isDone ? 'Done: ' : 'Open: '}</span>
        {children}
      </span>
    </li>
  );
}
