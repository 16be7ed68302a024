import type { FeedEntry } from '@trainyard/application';
import type { ApiDeps } from '../server/options.ts';
import { type FeedMessage, toFeedMessages } from './feed-messages.ts';

/** What came after a position, and where that leaves the reader; `lost`: it can no longer be told. */
type Next = { readonly messages: readonly FeedMessage[]; readonly position: string } | 'lost';

/**
 * The newest changes of this process, told to all who listen. Each listener asks for what follows its own position,
 * so that a slow one holds nothing back and nothing is kept for it: what is no longer here is read from the feed.
 */
export interface Hub {
  /** Where everything that is still to come begins. */
  latestPosition(): Promise<string>;
  canResumeFrom(position: string): Promise<boolean>;
  /** Waits until something follows the position; empty when the signal fires first. */
  next(position: string, signal: AbortSignal): Promise<Next>;
  close(): Promise<void>;
}

type HubDeps = Pick<ApiDeps, 'feed' | 'store' | 'batches' | 'budgets' | 'settings' | 'clock' | 'log'>;

/** Messages kept here; the feed holds the rest. */
const BUFFER_SIZE = 1_000;
const PAGE_SIZE = 200;

/** One reader of the feed for all streams of this process, begun with the first of them. */
export function createHub(deps: HubDeps): Hub {
  let opening: ReturnType<typeof openBuffer> | undefined;
  const open = (): ReturnType<typeof openBuffer> => {
    opening ??= openBuffer(deps).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  return {
    latestPosition: async () => {
      await open();
      return deps.feed.getLatestPosition();
    },
    canResumeFrom: (position) => deps.feed.canResumeFrom(position),
    next: async (position, signal) => {
      const buffer = await open();
      for (;;) {
        if (isAfter(buffer.start(), position)) return readFeed(deps, position);
        const messages = buffer.after(position);
        const last = messages.at(-1);
        if (last) return { messages, position: last.position };
        await buffer.changed(signal);
        if (signal.aborted) return { messages: [], position };
      }
    },
    close: async () => {
      await (await opening?.catch(() => undefined))?.close();
    },
  };
}

/** What is here, and who waits for more. */
function createBuffer(from: string) {
  let start = from;
  let messages: readonly FeedMessage[] = [];
  const waiting = new Set<() => void>();
  return {
    /** Everything after this position is here. */
    start: (): string => start,
    after: (position: string): readonly FeedMessage[] =>
      messages.filter((each) => isAfter(each.position, position)),
    add: (more: readonly FeedMessage[]): void => {
      const all = [...messages, ...more];
      start = all.at(-BUFFER_SIZE - 1)?.position ?? start;
      messages = all.slice(-BUFFER_SIZE);
      for (const notify of [...waiting]) notify();
    },
    /** Ends with the next addition, or with the signal. */
    changed: (signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        const notify = (): void => {
          waiting.delete(notify);
          signal.removeEventListener('abort', notify);
          resolve();
        };
        waiting.add(notify);
        signal.addEventListener('abort', notify);
        if (signal.aborted) notify();
      }),
  };
}

async function openBuffer(deps: HubDeps) {
  const from = await deps.feed.getLatestPosition();
  const buffer = createBuffer(from);
  let adding = Promise.resolve();
  // In turn: a message is never told before one that came earlier.
  const add = (entries: readonly FeedEntry[]): void => {
    adding = adding.then(async () => buffer.add(await renderWithRetry(deps, entries)));
  };
  const following = deps.feed.follow(from, add);
  return { ...buffer, close: () => following.close() };
}

const RETRY_MS = 500;

/** While the record cannot be read the line waits: what was told late is not lost. */
async function renderWithRetry(
  deps: HubDeps,
  entries: readonly FeedEntry[],
): Promise<readonly FeedMessage[]> {
  for (;;) {
    try {
      return await toFeedMessages(deps, entries);
    } catch (error) {
      deps.log.warn('live_feed_retried', { error });
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
    }
  }
}

async function readFeed(deps: HubDeps, position: string): Promise<Next> {
  const entries = await deps.feed.listAfter(position, PAGE_SIZE);
  // Asked after the reading: what was cut off meanwhile shows.
  if (!(await deps.feed.canResumeFrom(position))) return 'lost';
  return {
    messages: await toFeedMessages(deps, entries),
    position: entries.at(-1)?.position ?? position,
  };
}

/** Whether one position is later than another. */
export function isAfter(position: string, other: string): boolean {
  const [ms, seq] = parsePosition(position);
  const [otherMs, otherSeq] = parsePosition(other);
  return ms === otherMs ? seq > otherSeq : ms > otherMs;
}

/** A position in the feed: `ms-seq`, as Redis counts. */
function parsePosition(position: string): readonly [bigint, bigint] {
  const [ms = '0', seq = '0'] = position.split('-');
  return [BigInt(ms), BigInt(seq)];
}
