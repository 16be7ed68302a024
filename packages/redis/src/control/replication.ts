import { StoreUnavailableError } from '@trainyard/application';
import type { Redis } from 'ioredis';
import { unwrapPipeline } from '../redis/calls.ts';
import type { Keys } from '../redis/keys.ts';

/** Confirms that writes survive the loss of the master (docs/operations/high-availability.md). */
export interface Replication {
  /**
   * Runs a call that may be repeated. For a result that `isRequired` accepts (by default each result), waits until the
   * replicas have every write before the reply. Throws StoreUnavailableError when fewer replicas acknowledge it within
   * 1 s; the writes of the call stay.
   */
  confirm<T>(call: () => Promise<T>, isRequired?: (result: T) => boolean): Promise<T>;
}

/** The time within which the replicas acknowledge. Real ms. */
const TIMEOUT_MS = 1_000;
/** A call is repeated when its connection was replaced before the replicas acknowledged it. */
const MAX_CALLS = 3;

/** Creates the confirmation for this number of replicas. 0: a single Redis, every call is confirmed by its reply. */
export function createReplication(redis: Redis, keys: Keys, replicas: number): Replication {
  if (replicas === 0) return { confirm: (call) => call() };
  const connections = countConnections(redis);
  const acknowledge = shareNext(() => countAcknowledgements(redis, keys, replicas));
  return {
    confirm: async (call, isRequired = () => true) => {
      for (let calls = 0; calls < MAX_CALLS; calls += 1) {
        const connection = connections.count();
        const result = await call();
        if (!isRequired(result)) return result;
        const acknowledged = await acknowledge();
        // A different connection can lead to a promoted replica, which may not have the writes of the call.
        if (connections.count() !== connection) continue;
        if (acknowledged >= replicas) return result;
        throw toTooFewReplicas(`${acknowledged} of ${replicas} replicas acknowledged the write within 1 s`);
      }
      throw toTooFewReplicas('the connection was replaced before a replica acknowledged the write');
    },
  };
}

function toTooFewReplicas(reason: string): StoreUnavailableError {
  return new StoreUnavailableError(undefined, reason);
}

/** Counts the connections that a client has opened. */
function countConnections(redis: Redis): { count(): number } {
  let connections = 0;
  redis.on('connect', () => {
    connections += 1;
  });
  return { count: () => connections };
}

/**
 * Writes a key and waits for its replication, in a single pipeline on the connection of the calls. WAIT covers the last
 * write of its own connection only; a repeated call that finds its earlier execution writes nothing.
 */
async function countAcknowledgements(redis: Redis, keys: Keys, replicas: number): Promise<number> {
  const pipeline = redis.pipeline().set(keys.replicationCheck, '1').wait(replicas, TIMEOUT_MS);
  const [, acknowledged] = unwrapPipeline(await pipeline.exec());
  return Number(acknowledged);
}

/**
 * Shares each run among all callers that arrive before it starts; a run starts after the end of the run before it. A
 * caller therefore never gets the result of a run that started before its call.
 */
function shareNext<T>(run: () => Promise<T>): () => Promise<T> {
  let current: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () => {
    next ??= current
      .catch(() => undefined)
      .then(() => {
        const started = run();
        current = started;
        next = undefined;
        return started;
      });
    return next;
  };
}
