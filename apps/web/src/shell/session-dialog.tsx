import { useRef } from 'react';
import { KeyForm } from '../parts/controls/key-form.tsx';
import { Dialog } from '../parts/dialogs/dialog.tsx';

/** Properties of the dialog. */
export interface SessionDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Dialog over the page when its session has ended: forms keep what was typed. */
export function SessionDialog({ open, onClose }: SessionDialogProps) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <Dialog open={open} onClose={onClose} title="The session has ended" initialFocus={field}>
      <p className="muted">Sign in again to continue. What you typed on this page is kept.</p>
      <KeyForm field={field} onOpened={onClose} />
    </Dialog>
  );
}
