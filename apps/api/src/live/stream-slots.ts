import type { FastifyRequest } from 'fastify';
import { TooManyStreamsError, TooManyStreamsOfKeyError } from '../problems/errors.ts';
import type { ApiLimits } from '../server/limits.ts';
import type { ApiDeps } from '../server/options.ts';

/** Highest numbers of streams that are open at the same time in a process. */
export type StreamLimits = Pick<ApiLimits, 'streams' | 'streamsPerKey'>;

/** Places for open streams. A place is taken before anything is awaited, so that concurrent requests cannot pass the limits. */
export interface StreamSlots {
  /**
   * Takes a place for a request. Throws TooManyStreamsError or TooManyStreamsOfKeyError. Without configured keys only the
   * limit of the process applies.
   * @returns a function that frees the place; further calls have no effect
   */
  acquire(request: Pick<FastifyRequest, 'apiKey'>): () => void;
}

/** Creates the places of this process. */
export function createStreamSlots(
  { streams, streamsPerKey }: StreamLimits,
  { refusals }: Pick<ApiDeps['metrics'], 'refusals'>,
): StreamSlots {
  const open = new Map<symbol, string | undefined>();
  const countOpen = (key: string) => [...open.values()].filter((each) => each === key).length;
  const refuse = (limit: string, error: Error): never => {
    refusals.inc({ limit });
    throw error;
  };
  return {
    acquire: ({ apiKey }) => {
      const key = apiKey?.digest;
      if (open.size >= streams) refuse('streams', new TooManyStreamsError(streams));
      if (key !== undefined && countOpen(key) >= streamsPerKey)
        refuse('streams_per_key', new TooManyStreamsOfKeyError(streamsPerKey));
      const place = Symbol('stream');
      open.set(place, key);
      return () => void open.delete(place);
    },
  };
}
