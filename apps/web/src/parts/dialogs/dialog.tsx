import { lazy, type ReactNode, type RefObject, Suspense, useState } from 'react';

/** The library of the dialogs is loaded with the first one that opens. */
const QuestionContent = lazy(async () => ({
  default: (await import('./dialog-content.tsx')).QuestionContent,
}));
const DialogContent = lazy(async () => ({ default: (await import('./dialog-content.tsx')).DialogContent }));

/** Properties of a question before an action. */
export interface QuestionProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** Question with the object: `Cancel the training of 0019 · V7?` */
  readonly title: string;
  /** Consequence, and what stays. */
  readonly children?: ReactNode;
  /** Verb of the safe answer, which has the focus. */
  readonly keep: string;
  /** Verb of the action. */
  readonly act: string;
  readonly onAct: () => void;
  readonly kind?: 'primary' | 'danger';
  readonly busy?: boolean;
  readonly unavailable?: string | undefined;
}

/** Question before an action with consequences: an `alertdialog` whose safe answer has the focus. */
export function Question(props: QuestionProps) {
  return useOpened(props.open) ? (
    <Suspense fallback={null}>
      <QuestionContent {...props} />
    </Suspense>
  ) : null;
}

/** Properties of a dialog. */
export interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  /** `wide` for pictures and lists. */
  readonly size?: 'normal' | 'wide';
  readonly initialFocus?: RefObject<HTMLElement | null>;
}

/** Dialog with a title and Close: the focus moves in, stays inside and returns; Escape closes it. */
export function Dialog(props: DialogProps) {
  return useOpened(props.open) ? (
    <Suspense fallback={null}>
      <DialogContent {...props} />
    </Suspense>
  ) : null;
}

/** Whether a dialog is open or was: a closed one returns the focus to its opener. */
function useOpened(open: boolean): boolean {
  const [opened, setOpened] = useState(open);
  if (open && !opened) setOpened(true);
  return open || opened;
}
