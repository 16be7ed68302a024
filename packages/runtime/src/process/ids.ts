import { randomUUID } from 'node:crypto';
import type { Ids } from '@trainyard/application';
import { v7 } from 'uuid';

/** Identities: UUIDv7 for trainings and batches, which sort by time, also within one millisecond; else UUIDv4. */
export function createIds(): Ids {
  return { training: () => v7(), batch: () => v7(), nonce: () => randomUUID() };
}
