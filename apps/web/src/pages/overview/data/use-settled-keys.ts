import { useState } from 'react';

/** The keys that a list shows, and those that came later. */
export interface SettledKeys {
  readonly isShown: (key: string) => boolean;
  readonly fresh: readonly string[];
  /** Shows the later ones too. */
  readonly showAll: () => void;
}

/**
 * Keeps the keys that a list has when the page is loaded: a later one does not push the content down under the pointer, but
 * waits until the person asks for it.
 */
export function useSettledKeys(keys: readonly string[]): SettledKeys {
  const [settled, setSettled] = useState<ReadonlySet<string>>(() => new Set(keys));
  return {
    isShown: (key) => settled.has(key),
    fresh: keys.filter((key) => !settled.has(key)),
    showAll: () => setSettled(new Set([...settled, ...keys])),
  };
}
