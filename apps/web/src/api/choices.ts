/** Reads a choice of this browser; undefined without a choice, and where the browser keeps nothing. */
export function readChoice(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Stores a choice in this browser; undefined returns to the default. A browser that keeps nothing ignores it. */
export function storeChoice(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // The choice holds until the page is reloaded at most.
  }
}
