import { AlertDialog } from '@base-ui/react/alert-dialog';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import type { ReactNode, RefObject } from 'react';
import { Button } from './button.tsx';
import styles from './dialog.module.css';

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
export function Question({ open, onClose, title, children, keep, act, onAct, ...rest }: QuestionProps) {
  const { kind = 'primary', busy, unavailable } = rest;
  return (
    <CSPProvider disableStyleElements>
      <AlertDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
        <AlertDialog.Portal>
          <AlertDialog.Backdrop className={styles.backdrop} />
          <AlertDialog.Popup className={styles.popup}>
            <AlertDialog.Title className={styles.title}>{title}</AlertDialog.Title>
            <AlertDialog.Description className={styles.text} render={<div />}>
              {children}
            </AlertDialog.Description>
            <div className={styles.buttons}>
              <AlertDialog.Close className={styles.keep}>{keep}</AlertDialog.Close>
              <Button kind={kind} onClick={onAct} busy={busy ?? false} unavailable={unavailable}>
                {act}
              </Button>
            </div>
          </AlertDialog.Popup>
        </AlertDialog.Portal>
      </AlertDialog.Root>
    </CSPProvider>
  );
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
export function Dialog({ open, onClose, title, children, size = 'normal', initialFocus }: DialogProps) {
  return (
    <CSPProvider disableStyleElements>
      <BaseDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
        <BaseDialog.Portal>
          <BaseDialog.Backdrop className={styles.backdrop} />
          <BaseDialog.Popup
            className={`${styles.popup} ${size === 'wide' ? styles.wide : ''}`}
            {...(initialFocus && { initialFocus })}
          >
            <div className={styles.head}>
              <BaseDialog.Title className={styles.title}>{title}</BaseDialog.Title>
              <BaseDialog.Close className={styles.keep}>Close</BaseDialog.Close>
            </div>
            {children}
          </BaseDialog.Popup>
        </BaseDialog.Portal>
      </BaseDialog.Root>
    </CSPProvider>
  );
}
