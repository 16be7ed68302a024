import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type QueueEvents, QueueEventsProducer } from 'bullmq';
import type { Redis } from 'ioredis';
import type { RedisAddress } from '../redis/connection.ts';
import { QUEUES } from '../redis/keys.ts';

/** The events of BullMQ that can free a slot or add a job. Raising the concurrency limit does not emit them. */
const WAKE_EVENTS = [
  'waiting',
  'completed',
  'failed',
  'delayed',
  'removed',
  'added',
  'resumed',
  'drained',
] as const;

/** The event that Trainyard publishes when the concurrency limit, the pause or the gate changes. */
export const CONTROL_CHANGED = 'control-changed';

/** Calls the dispatcher for each event that can free a slot or add a job. */
export function subscribeToWakeEvents(events: QueueEvents, onWake: () => void): void {
  for (const name of WAKE_EVENTS) events.on(name, onWake);
  (events as unknown as { on(name: string, listener: () => void): void }).on(CONTROL_CHANGED, onWake);
}

/** The event that a consumer publishes to itself after opening. */
const CONSUMER_OPENED = 'consumer-opened';
const FIRST_EVENT_TRIES = 20;
const FIRST_EVENT_WAIT_MS = 5;
const WAITS_PER_TRY = 10;

type SubscribeToToken = (name: string, listener: (args: { readonly token?: string }) => void) => void;

/**
 * Waits for its own first event. Until its first event, QueueEvents reads from the newest position of the stream, and
 * events between two reads are lost. Gives up after 1 s; then the 1 s tick of the dispatcher finds the jobs.
 */
export async function waitForFirstEvent(
  events: QueueEvents,
  { address, redis }: { readonly address: RedisAddress; readonly redis: Redis },
): Promise<void> {
  const producer = new QueueEventsProducer(QUEUES.trainings, { connection: redis, prefix: address.prefix });
  const token = randomUUID();
  let received = false;
  (events.on as SubscribeToToken).call(events, CONSUMER_OPENED, (args) => {
    received ||= args.token === token;
  });
  for (let tries = 0; !received && tries < FIRST_EVENT_TRIES; tries += 1) {
    await producer.publishEvent({ eventName: CONSUMER_OPENED, token });
    for (let waits = 0; !received && waits < WAITS_PER_TRY; waits += 1) await wait(FIRST_EVENT_WAIT_MS);
  }
  await producer.close();
}
