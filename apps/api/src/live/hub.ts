import type { FeedEntry } from '@trainyard/application';
import type { ApiDeps } from '../server/options.ts';
import { type FeedMessage, type FeedMessageDeps, toFeedMessages } from './feed-messages.ts';

/** Live events after a position, and the position of the last; `lost` when they are no longer stored. */
type Next = { readonly messages: readonly FeedMessage[]; readonly position: string } | 'lost';

/**
 * Buffer of the newest live events, shared by all streams of this process. Each stream pulls the events after its own
 * position, so that a slow stream neither delays others nor needs a queue. Older events are read from the feed in Redis.
 */
export interface Hub {
  /** Returns the position after which all future live events follow. Throws StoreUnavailableError. */
  latestPosition(): Promise<string>;
  /** Checks whether all live events after the position are still stored. */
  canResumeFrom(position: string): Promise<boolean>;
  /** Waits for live events after the position. Returns an empty list when the signal fires first. */
  next(position: string, signal: AbortSignal): Promise<Next>;
  /** Closes the reader of the feed. */
  close(): Promise<void>;
}

type HubDeps = FeedMessageDeps & Pick<ApiDeps, 'feed'>;

/** Live events in the buffer; older ones are read from the feed. */
const BUFFER_SIZE = 1_000;
const PAGE_SIZE = 200;

/** Creates the hub. It starts to read the feed when the first stream opens. */
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

/** Buffer of live events with the streams that wait for new ones. */
function createBuffer(from: string) {
  let start = from;
  let messages: readonly FeedMessage[] = [];
  const waiting = new Set<() => void>();
  return {
    /** Position after which the buffer is complete. */
    start: (): string => start,
    after: (position: string): readonly FeedMessage[] =>
      messages.filter((each) => isAfter(each.position, position)),
    add: (more: readonly FeedMessage[]): void => {
      const all = [...messages, ...more];
      start = all.at(-BUFFER_SIZE - 1)?.position ?? start;
      messages = all.slice(-BUFFER_SIZE);
      for (const notify of [...waiting]) notify();
    },
    /** Resolves at the next addition or when the signal fires. */
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
  // Sequential, so that live events stay in the order of the feed.
  const add = (entries: readonly FeedEntry[]): void => {
    adding = adding.then(async () => buffer.add(await renderWithRetry(deps, entries)));
  };
  const following = deps.feed.follow(from, add);
  return { ...buffer, close: () => following.close() };
}

const RETRY_MS = 500;

/** Repeats while Redis cannot be read. Later entries wait, so that no live event is lost or reordered. */
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
  // Checked after the read, so that a trim in between is detected.
  if (!(await deps.feed.canResumeFrom(position))) return 'lost';
  return {
    messages: await toFeedMessages(deps, entries),
    position: entries.at(-1)?.position ?? position,
  };
}

/** Checks whether a position is later than the second one. */
function isAfter(position: string, reference: string): boolean {
  const [ms, seq] = parsePosition(position);
  const [referenceMs, referenceSeq] = parsePosition(reference);
  return ms === referenceMs ? seq > referenceSeq : ms > referenceMs;
}

/** A position is the id of an entry in a Redis stream, `ms-seq`. */
function parsePosition(position: string): readonly [bigint, bigint] {
  const [ms = '0', seq = '0'] = position.split('-');
  return [BigInt(ms), BigInt(seq)];
}
