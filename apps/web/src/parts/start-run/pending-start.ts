import type { RunOrder } from './plan.ts';

/** A start whose answer has not arrived: the server accepts its key at most once. */
export interface PendingStart {
  readonly key: string;
  readonly order: RunOrder;
}

const STORAGE_KEY = 'trainyard.start-run';

/** The start that was sent without an answer; it survives a reload of the page. */
export function readPendingStart(): PendingStart | undefined {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? 'null');
    return isPendingStart(stored) ? stored : undefined;
  } catch {
    return undefined;
  }
}

function isPendingStart(value: unknown): value is PendingStart {
  return typeof value === 'object' && value !== null && 'key' in value && 'order' in value;
}

/** The key of an order: the same order keeps its key until it has an answer, an edited order gets a new one. */
export function reservePendingStart(order: RunOrder): PendingStart {
  const known = readPendingStart();
  if (known && JSON.stringify(known.order) === JSON.stringify(order)) return known;
  const start = { key: crypto.randomUUID(), order };
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify(start));
  return start;
}

/** Forgets a start that has an answer. */
export function forgetPendingStart(): void {
  sessionStorage.removeItem(STORAGE_KEY);
}
