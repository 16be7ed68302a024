import type { FastifyReply } from 'fastify';
import type { ApiDeps } from '../server/options.ts';
import { createHub } from './hub.ts';
import { openStream, type StreamOptions } from './stream.ts';

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
