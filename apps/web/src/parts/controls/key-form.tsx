import { type FormEvent, type RefObject, useId, useState } from 'react';
import { ProblemError } from '../../api/http/problem.ts';
import { useSessionActions } from '../../api/resources/session.ts';
import { Button } from './button.tsx';
import styles from './key-form.module.css';

/** Properties of the form for a key. */
export interface KeyFormProps {
  /** Called when the session is open. */
  readonly onOpened: () => void;
  readonly field?: RefObject<HTMLInputElement | null>;
}

/** Form for an API key, which opens the session of this browser. The field has no name, so that no address contains the key. */
export function KeyForm({ onOpened, field }: KeyFormProps) {
  const id = useId();
  const [key, setKey] = useState('');
  const { open, fault, busy } = useOpening(() => {
    setKey('');
    onOpened();
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void open(key);
  };
  return (
    <form method="post" className={styles.form} onSubmit={submit} noValidate>
      <label htmlFor={id}>API key</label>
      <input
        id={id}
        ref={field}
        type="password"
        autoComplete="current-password"
        value={key}
        maxLength={512}
        onChange={(event) => setKey(event.target.value)}
        aria-invalid={fault !== undefined}
        aria-describedby={`${id}-fault`}
      />
      <p id={`${id}-fault`} role="alert" className={styles.fault}>
        {fault}
      </p>
      <Button kind="primary" type="submit" busy={busy}>
        {busy ? 'Signing in…' : 'Sign in'}
      </Button>
    </form>
  );
}

/** The opening of a session: its fault, and whether it is under way. */
function useOpening(onOpened: () => void) {
  const { logIn } = useSessionActions();
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const open = async (key: string): Promise<void> => {
    if (busy) return;
    if (key === '') return setFault('Enter a key.');
    setBusy(true);
    setFault(undefined);
    try {
      await logIn(key);
      onOpened();
    } catch (error) {
      setFault(describeFault(error));
    } finally {
      setBusy(false);
    }
  };
  return { open, fault, busy };
}

function describeFault(error: unknown): string {
  if (!(error instanceof ProblemError)) return error instanceof Error ? error.message : String(error);
  const { problem, retryAfterSeconds } = error;
  if (problem.code === 'unauthorized' || problem.status === 422) return 'This key is not valid.';
  if (problem.code === 'rate_limited')
    return retryAfterSeconds === undefined
      ? 'Too many attempts; try again later.'
      : `Too many attempts; try again in ${retryAfterSeconds} s.`;
  return `${problem.title}. ${problem.detail}`;
}
