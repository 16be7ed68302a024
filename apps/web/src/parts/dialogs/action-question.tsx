import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useOfflineReason } from '../../api/live/link-state.ts';
import { ProblemPanel } from '../messages/problem.tsx';

const loadDialog = () => import('./dialog.tsx');
const Question = lazy(async () => ({ default: (await loadDialog()).Question }));
// Dialogs are no part of the first load, and must be there when the browser is offline later.
globalThis.requestIdleCallback?.(() => void loadDialog().catch(() => undefined), { timeout: 5_000 });

/** Properties of a question whose action is a request. */
export interface ActionQuestionProps {
  readonly title: string;
  /** Consequence, and what stays. */
  readonly children?: ReactNode;
  /** Verb of the safe answer. */
  readonly keep: string;
  /** Verb of the action. */
  readonly act: string;
  readonly kind?: 'primary' | 'danger';
  /** Sends the request; the question closes when it succeeds and shows its problem when it fails. */
  readonly run: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Question before an action that is a request: it is sent once, and the answer of the server closes the question. */
export function ActionQuestion({ children, act, run, onClose, ...rest }: ActionQuestionProps) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const offline = useOfflineReason();
  const send = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await run();
      onClose();
    } catch (fault) {
      setError(fault);
      setBusy(false);
    }
  };
  return (
    <Suspense>
      <Question
        {...rest}
        open
        act={isBusy ? 'Requesting…' : act}
        busy={isBusy}
        unavailable={offline}
        onAct={() => void send()}
        onClose={onClose}
      >
        {children}
        {error !== undefined && <ProblemPanel error={error} />}
      </Question>
    </Suspense>
  );
}
