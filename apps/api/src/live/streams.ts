import type { LiveEvent } from '@trainyard/contracts';
import type { FastifyReply } from 'fastify';
import type { ApiDeps } from '../server/options.ts';
import type { FeedMessage } from './feed-messages.ts';
import { createHub, type Hub } from './hub.ts';

/** Thrown when more streams are open than a process bears. */
class TooManyStreamsError extends Error {
  readonly code = 'too_many_streams';
  constructor(limit: number) {
    super(`This process already has ${limit} streams open`);
    this.name = 'TooManyStreamsError';
  }
}

/** All streams of a process. */
export interface Streams {
  /** Opens one and leaves it running. Throws TooManyStreamsError, StoreUnavailableError. */
  open(reply: FastifyReply, options: Pick<StreamOptions, 'trainingId' | 'lastEventId'>): Promise<void>;
  /** Ends all of them, then the reader of the feed. */
  close(): Promise<void>;
}

const MAX_STREAMS = 1_000;
/** Then the caller comes again and shows its key anew; a session does not outlast its stream by more. Real ms. */
export const MAX_STREAM_MS = 3_600_000;
const SEND_TIMEOUT_MS = 30_000;

type StreamDeps = Parameters<typeof createHub>[0] & Pick<ApiDeps, 'log'>;

/** Streams over one hub. */
export function createStreams(deps: StreamDeps, sendTimeoutMs = SEND_TIMEOUT_MS): Streams {
  const hub = createHub(deps);
  const closing = new AbortController();
  const running = new Set<Promise<void>>();
  const run = async (reply: FastifyReply, sendEvents: () => Promise<void>): Promise<void> => {
    try {
      await sendEvents();
      reply.sse.close();
    } catch (error) {
      deps.log.warn('stream_aborted', { request_id: reply.request.id, error });
      reply.raw.destroy();
    }
  };
  return {
    open: async (reply, options) => {
      if (running.size >= MAX_STREAMS) throw new TooManyStreamsError(MAX_STREAMS);
      const disconnected = new AbortController();
      reply.sse.onClose(() => disconnected.abort());
      const signal = AbortSignal.any([
        closing.signal,
        disconnected.signal,
        AbortSignal.timeout(MAX_STREAM_MS),
      ]);
      const task = run(reply, await openStream(reply, { ...options, hub, signal, sendTimeoutMs }));
      running.add(task);
      void task.finally(() => running.delete(task));
    },
    close: async () => {
      closing.abort();
      await Promise.allSettled(running);
      await hub.close();
    },
  };
}

/** What a listener asked for. */
export interface StreamOptions {
  readonly hub: Hub;
  /** Only of this training. */
  readonly trainingId?: string;
  readonly lastEventId?: string;
  /** How long the caller may take nothing; then it is hung up on, and with its last id goes on where it was. */
  readonly sendTimeoutMs: number;
  /** Ends the stream: the process closes, or it has lasted long enough. */
  readonly signal: AbortSignal;
}

const RETRY_MS = 2_000;
/** How many changes of others may pass until a listener is told how far the feed is. */
const POSITION_EVERY = 200;

type SseMessage = Parameters<FastifyReply['sse']['send']>[0];

/** Opens a stream. Throws while Redis is away; then nothing was written. @returns what lasts as long as the stream */
export async function openStream(reply: FastifyReply, options: StreamOptions): Promise<() => Promise<void>> {
  const { position, events } = await resolveStart(options);
  reply.sse.keepAlive();
  for (const event of events) await writeEvent(reply, options, { id: position, retry: RETRY_MS, ...event });
  return () => sendEvents(reply, options, position);
}

/** Writes one message. Throws when the caller takes nothing more. */
async function writeEvent(
  reply: FastifyReply,
  { signal, sendTimeoutMs }: StreamOptions,
  message: SseMessage,
): Promise<void> {
  let sendTimer: NodeJS.Timeout | undefined;
  let resolveEnded: (() => void) | undefined;
  const ended = new Promise<void>((resolve, reject) => {
    resolveEnded = resolve;
    signal.addEventListener('abort', resolve as () => void, { once: true });
    sendTimer = setTimeout(() => reject(new Error('the caller takes nothing')), sendTimeoutMs).unref();
  });
  try {
    await Promise.race([reply.sse.send(message), ended]);
  } finally {
    clearTimeout(sendTimer);
    if (resolveEnded) signal.removeEventListener('abort', resolveEnded);
  }
}

function matchesStream({ trainingId }: StreamOptions, message: FeedMessage): boolean {
  return trainingId === undefined || message.trainingId === trainingId;
}

/** Where this stream begins, and what its caller is told of that. */
async function resolveStart({
  hub,
  lastEventId,
}: StreamOptions): Promise<{ readonly position: string; readonly events: readonly LiveEvent[] }> {
  const ready = (resumed: boolean): LiveEvent => ({ event: 'ready', data: { resumed } });
  if (lastEventId === undefined) return { position: await hub.latestPosition(), events: [ready(false)] };
  if (await hub.canResumeFrom(lastEventId)) return { position: lastEventId, events: [ready(true)] };
  const position = await hub.latestPosition();
  return {
    position,
    events: [toResetEvent(`what came after ${lastEventId} is no longer kept`), ready(false)],
  };
}

function toResetEvent(reason: string): LiveEvent {
  return { event: 'reset', data: { reason } };
}

/** Tells everything from a position on, until the signal fires. */
async function sendEvents(reply: FastifyReply, options: StreamOptions, from: string): Promise<void> {
  const { hub, signal } = options;
  let position = from;
  let passed = 0;
  while (!signal.aborted) {
    const next = await hub.next(position, signal);
    if (next === 'lost') {
      position = await hub.latestPosition();
      await writeEvent(reply, options, { id: position, ...toResetEvent('the stream was too slow') });
      continue;
    }
    const matching = next.messages.filter((each) => matchesStream(options, each));
    for (const { position: id, event } of matching) await writeEvent(reply, options, { id, ...event });
    position = next.position;
    passed = matching.length > 0 ? 0 : passed + next.messages.length;
    if (passed < POSITION_EVERY) continue;
    passed = 0;
    // An id alone is no event to a browser, and still where it goes on.
    await writeEvent(reply, options, { id: position, data: undefined });
  }
}
