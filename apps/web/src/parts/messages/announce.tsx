import { useSyncExternalStore } from 'react';

interface Messages {
  readonly status: string;
  readonly alert: string;
}

let messages: Messages = { status: '', alert: '' };
const listeners = new Set<() => void>();

/** Announces a text to screen readers: `status` waits for a pause, `alert` interrupts. */
export function announce(text: string, kind: keyof Messages = 'status'): void {
  messages = { ...messages, [kind]: text };
  for (const listener of listeners) listener();
}

/** The two live regions of the studio, empty until the first announcement. */
export function LiveRegions() {
  const { status, alert } = useSyncExternalStore(subscribe, () => messages);
  return (
    <div className="visually-hidden">
      <div role="status">{status}</div>
      <div role="alert">{alert}</div>
    </div>
  );
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
