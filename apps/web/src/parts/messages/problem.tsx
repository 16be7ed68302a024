import { ProblemError } from '../../api/http/problem.ts';
import { Button } from '../controls/button.tsx';
import styles from './problem.module.css';

/** Properties of a problem. */
export interface ProblemPanelProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** A refused or failed request: title, detail, hint, faults of fields, request id, and Retry. */
export function ProblemPanel({ error, onRetry }: ProblemPanelProps) {
  const problem = error instanceof ProblemError ? error.problem : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return (
    <section className={styles.problem} aria-label={problem?.title ?? 'Fault'}>
      <h2>{problem?.title ?? 'The studio met a fault'}</h2>
      <p>{problem?.detail ?? message}</p>
      {problem?.hint && <p className="muted">{problem.hint}</p>}
      {problem?.issues && (
        <ul>
          {problem.issues.map((each) => (
            <li key={`${each.path} ${each.message}`}>
              {each.path}: {each.message}
            </li>
          ))}
        </ul>
      )}
      {problem?.request_id && (
        <p className="faint small">
          Request <code>{problem.request_id}</code>
        </p>
      )}
      {onRetry && <Button onClick={onRetry}>Retry</Button>}
    </section>
  );
}
