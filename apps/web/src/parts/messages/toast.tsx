import { X } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { Button } from '../controls/button.tsx';
import { announce } from './announce.tsx';
import styles from './toast.module.css';

/** Message about an action of the person in this window; never the only message about it. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

const MAX_TOASTS = 3;
const SHOWN_MS = 10_000;

let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function setToasts(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Shows a toast for 10 s, longer while it is hovered or focused, with at most one action such as Undo. */
export function showToast(text: string, action?: Toast['action']): void {
  lastId += 1;
  setToasts([...toasts, { id: lastId, text, ...(action && { action }) }].slice(-MAX_TOASTS));
  announce(text);
}

function removeToast(id: number): void {
  setToasts(toasts.filter((each) => each.id !== id));
}

/** The toasts of the window. F6 moves the focus to them. */
export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'F6') return;
      event.preventDefault();
      document.querySelector<HTMLElement>('[data-toast] button')?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <section className={styles.stack} aria-label="Messages">
      {shown.map((each) => (
        <ToastCard key={each.id} toast={each} />
      ))}
    </section>
  );
}

function ToastCard({ toast: { id, text, action } }: { readonly toast: Toast }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => removeToast(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held, id]);
  const run = (): void => {
    action?.run();
    removeToast(id);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hover and focus only pause the timer; the buttons act.
    <div
      className={styles.toast}
      data-toast
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <p>{text}</p>
      {action && <Button onClick={run}>{action.label}</Button>}
      <Button kind="quiet" label="Close the message" onClick={() => removeToast(id)}>
        <X size={16} aria-hidden />
      </Button>
    </div>
  );
}
