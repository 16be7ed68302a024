import type { Clock, UniqueJobs } from '@trainyard/application';
import type { Queue } from 'bullmq';
import type { OnRedisError, RedisPlace } from '../redis/connection.ts';
import { createErrands, LOOK, SEND } from './errands.ts';
import { type Running, runErrands } from './workers.ts';

const ERRANDS_AT_ONCE = 16;
/** Destinations that are sent to side by side; a dead one holds one of these for as long as it is waited for. */
const LANES_AT_ONCE = 16;

/** Does an errand. @returns after how many ms it is due again, undefined for never */
type Handle = (id: string) => Promise<number | undefined>;

/** Both kinds of errands, and those who run them. */
export interface OpenErrands {
  readonly errands: UniqueJobs;
  readonly messageErrands: UniqueJobs;
  runErrands(handle: Handle, concurrency?: number): Promise<Running>;
  /** Runs the errands of messages: of lanes, and the one that makes deliveries of news. */
  runMessages(handle: Handle): Promise<Running>;
}

interface ErrandParts {
  readonly reconcile: Queue;
  readonly messages: Queue;
  readonly place: RedisPlace;
  readonly clock: Clock;
  readonly onError: OnRedisError;
}

/** Errands of trainings and of messages, each kind on a queue of its own: neither waits for the other. */
export const openErrands = ({ reconcile, messages, place, clock, onError }: ErrandParts): OpenErrands => {
  const shared = { place, clock, onError };
  const errands = createErrands(reconcile, clock, LOOK);
  const messageErrands = createErrands(messages, clock, SEND);
  return {
    errands,
    messageErrands,
    runErrands: (handle, concurrency = ERRANDS_AT_ONCE) =>
      runErrands({ ...shared, queue: reconcile, kind: LOOK, errands, handle, concurrency }),
    runMessages: (handle) =>
      runErrands({
        ...shared,
        queue: messages,
        kind: SEND,
        errands: messageErrands,
        handle,
        concurrency: LANES_AT_ONCE,
      }),
  };
};
