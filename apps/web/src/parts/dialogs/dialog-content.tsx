import { AlertDialog } from '@base-ui/react/alert-dialog';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { useMemo, useRef } from 'react';
import { Button } from '../controls/button.tsx';
import styles from './dialog.module.css';
import type { DialogProps, QuestionProps } from './dialog.tsx';

/** Question before an action with consequences: an `alertdialog` whose safe answer has the focus. */
export function QuestionContent({
  open,
  onClose,
  title,
  children,
  keep,
  act,
  onAct,
  ...rest
}: QuestionProps) {
  const { kind = 'primary', busy, unavailable } = rest;
  const safe = useRef<HTMLButtonElement>(null);
  const finalFocus = useFinalFocus(open);
  return (
    <CSPProvider disableStyleElements>
      <AlertDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
        <AlertDialog.Portal>
          <AlertDialog.Backdrop className={styles.backdrop} />
          <AlertDialog.Popup className={styles.popup} initialFocus={safe} finalFocus={finalFocus}>
            <AlertDialog.Title className={styles.title}>{title}</AlertDialog.Title>
            <AlertDialog.Description className={styles.text} render={<div />}>
              {children}
            </AlertDialog.Description>
            <div className={styles.buttons}>
              <AlertDialog.Close ref={safe} className={styles.keep}>
                {keep}
              </AlertDialog.Close>
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

/** Dialog with a title and Close: the focus moves in, stays inside and returns; Escape closes it. */
export function DialogContent({
  open,
  onClose,
  title,
  children,
  size = 'normal',
  initialFocus,
}: DialogProps) {
  const finalFocus = useFinalFocus(open);
  return (
    <CSPProvider disableStyleElements>
      <BaseDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
        <BaseDialog.Portal>
          <BaseDialog.Backdrop className={styles.backdrop} />
          <BaseDialog.Popup
            className={`${styles.popup} ${size === 'wide' ? styles.wide : ''}`}
            finalFocus={finalFocus}
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

/** The element that gets the focus at closing: the opener, or the page if the opener is no longer there. */
function useFinalFocus(open: boolean): () => HTMLElement | null {
  const opener = useRef<Element | null>(null);
  const focused = useMemo(() => (open ? document.activeElement : null), [open]);
  if (focused) opener.current = focused;
  return () => {
    const { current } = opener;
    const isThere = current instanceof HTMLElement && current.isConnected && current !== document.body;
    return isThere ? current : document.getElementById('page');
  };
}
