import type { LiveEvent } from '@trainyard/contracts';
import type { FastifyReply } from 'fastify';
import type { ApiDeps, ApiOptions } from '../server/options.ts';
import { toIso } from '../views/training.ts';
import type { FeedMessage } from './feed-messages.ts';
import { createHub, type Hub } from './hub.ts';
import { createStreamSlots, type StreamLimits } from './stream-slots.ts';

/** Streams of this process. */
export interface Streams {
  /**
   * Opens a stream, which continues after the call.
   * Throws TooManyStreamsError, TooManyStreamsOfKeyError or StoreUnavailableError.
   */
  open(reply: FastifyReply, options: Pick<StreamOptions, 'trainingId' | 'lastEventId'>): Promise<void>;
  /** Ends all streams, then closes the reader of the feed. */
  close(): Promise<void>;
}

/**
 * Maximum age of a stream, in ms. The caller then reconnects and authenticates again, so that a revoked key loses its stream
 * within 1 h.
 */
export const MAX_STREAM_MS = 3_600_000;
const SEND_TIMEOUT_MS = 30_000;

type StreamDeps = Parameters<typeof createHub>[0] & Pick<ApiDeps, 'log' | 'metrics' | 'clock'>;

/** Creates the streams of this process, which share a hub. */
export function createStreams(
  deps: StreamDeps,
  limits: StreamLimits,
  apiOptions: Pick<ApiOptions, 'publicUrl' | 'timeFactor' | 'streamSendTimeoutMs'>,
): Streams {
  const { timeFactor = 1, streamSendTimeoutMs: sendTimeoutMs = SEND_TIMEOUT_MS } = apiOptions;
  const slots = createStreamSlots(limits, deps.metrics);
  const hub = createHub({ ...deps, publicUrl: apiOptions.publicUrl });
  const readServerTime = () => ({ now: toIso(deps.clock.now()), time_factor: timeFactor });
  const closing = new AbortController();
  const running = new Set<Promise<void>>();
  return {
    open: async (reply, options) => {
      const release = slots.acquire(reply.request);
      const disconnected = new AbortController();
      reply.sse.onClose(() => disconnected.abort());
      const signal = AbortSignal.any([
        closing.signal,
        disconnected.signal,
        AbortSignal.timeout(MAX_STREAM_MS),
      ]);
      const opening = openStream(reply, { ...options, hub, signal, sendTimeoutMs, readServerTime });
      const task = runStream(deps, reply, await opening.catch(rethrowAfter(release)));
      running.add(task);
      void task.finally(() => {
        running.delete(task);
        release();
      });
    },
    close: async () => {
      closing.abort();
      await Promise.allSettled(running);
      await hub.close();
    },
  };
}

/** Sends the live events of an open stream, then closes it. A fault ends its connection. */
async function runStream(
  { log }: Pick<StreamDeps, 'log'>,
  reply: FastifyReply,
  sendAll: () => Promise<void>,
): Promise<void> {
  try {
    await sendAll();
    reply.sse.close();
  } catch (error) {
    log.warn('stream_aborted', { request_id: reply.request.id, error });
    reply.raw.destroy();
  }
}

function rethrowAfter(release: () => void): (error: unknown) => never {
  return (error) => {
    release();
    throw error;
  };
}

/** Options of a stream. */
interface StreamOptions {
  readonly hub: Hub;
  /** Limits the stream to the live events of this training. */
  readonly trainingId?: string;
  readonly lastEventId?: string;
  /**
   * Maximum time to deliver a live event, in ms. Then the connection is closed, and the caller can resume with its last id.
   */
  readonly sendTimeoutMs: number;
  /** Reads the server's clock for `ready`. */
  readonly readServerTime: () => { readonly now: string; readonly time_factor: number };
  /** Ends the stream: shutdown, disconnect or maximum age. */
  readonly signal: AbortSignal;
}

const RETRY_MS = 2_000;
/** Live events of other trainings after which the stream sends its position, so that it can be resumed there. */
const POSITION_EVERY = 200;

type SseMessage = Parameters<FastifyReply['sse']['send']>[0];

/**
 * Opens a stream and writes its first live events.
 * Throws StoreUnavailableError before the first byte while Redis is unavailable.
 * @returns a function that sends live events until the stream ends
 */
async function openStream(reply: FastifyReply, options: StreamOptions): Promise<() => Promise<void>> {
  const { position, events } = await resolveStart(options);
  reply.sse.keepAlive();
  for (const event of events) await writeEvent(reply, options, { id: position, retry: RETRY_MS, ...event });
  return () => sendEvents(reply, options, position);
}

/** Writes a message. Throws when the caller does not accept it within the timeout. */
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
    sendTimer = setTimeout(
      () => reject(new Error('the caller does not read the stream')),
      sendTimeoutMs,
    ).unref();
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

/** Determines the position at which the stream starts, with the live events that report it. */
async function resolveStart({
  hub,
  lastEventId,
  readServerTime,
}: StreamOptions): Promise<{ readonly position: string; readonly events: readonly LiveEvent[] }> {
  const ready = (resumed: boolean): LiveEvent => ({
    event: 'ready',
    data: { resumed, ...readServerTime() },
  });
  if (lastEventId === undefined) return { position: await hub.latestPosition(), events: [ready(false)] };
  if (await hub.canResumeFrom(lastEventId)) return { position: lastEventId, events: [ready(true)] };
  const position = await hub.latestPosition();
  return {
    position,
    events: [toResetEvent(`events after ${lastEventId} are no longer stored`), ready(false)],
  };
}

function toResetEvent(reason: string): LiveEvent {
  return { event: 'reset', data: { reason } };
}

/** Sends the live events after a position until the signal fires. */
async function sendEvents(reply: FastifyReply, options: StreamOptions, from: string): Promise<void> {
  const { hub, signal } = options;
  let position = from;
  let passed = 0;
  while (!signal.aborted) {
    const next = await hub.next(position, signal);
    if (next === 'lost') {
      position = await hub.latestPosition();
      await writeEvent(reply, options, { id: position, ...toResetEvent('the reader was too slow') });
      continue;
    }
    const matching = next.messages.filter((each) => matchesStream(options, each));
    for (const { position: id, event } of matching) await writeEvent(reply, options, { id, ...event });
    position = next.position;
    passed = matching.length > 0 ? 0 : passed + next.messages.length;
    if (passed < POSITION_EVERY) continue;
    passed = 0;
    // A message with an id and without data is no event in a browser, but it sets Last-Event-ID.
    await writeEvent(reply, options, { id: position, data: undefined });
  }
}
