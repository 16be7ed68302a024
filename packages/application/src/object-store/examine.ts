import { setTimeout as wait } from 'node:timers/promises';
import { ObjectStoreError } from '../errors.ts';
import type { ObjectStore } from '../ports/storage/object-store.ts';
import { explainRefusal, type Operation, type StoreFinding } from './findings.ts';
import { checkCreation, checkReplacement } from './parallel-writes.ts';

/** The result of an examination. An unavailable store was not examined, which is no fault of the store. */
export type StoreExamination =
  | { readonly kind: 'examined'; readonly findings: readonly StoreFinding[] }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Options of an examination. */
export interface ExamineStoreOptions {
  /** Creates the last part of the key below `data/store-check/`. */
  readonly newId: () => string;
  /** How often the store is examined, each time under an own key; once by default. */
  readonly rounds?: number;
  /** The time of a round after which the store counts as unavailable, real ms; 10 s by default. */
  readonly timeoutMs?: number;
}

const ROUND_TIMEOUT_MS = 10_000;

/**
 * Examines an object store by the operations that Trainyard needs, under an own key: reads of a missing object, 8
 * parallel writes with `If-None-Match: *` of which one succeeds, a refused further one, a refused `If-Match`, 8 parallel
 * writes with one `If-Match` of which one succeeds, and a delete. Stops at the first round with a fault. Throws only
 * errors that are no ObjectStoreError.
 */
export async function examineObjectStore(
  objects: ObjectStore,
  { newId, rounds = 1, timeoutMs = ROUND_TIMEOUT_MS }: ExamineStoreOptions,
): Promise<StoreExamination> {
  let findings: readonly StoreFinding[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const examined = await withTimeout(examineRound(objects, `data/store-check/${newId()}`), timeoutMs);
    if (typeof examined === 'string') return { kind: 'unavailable', reason: examined };
    findings = examined;
    if (findings.some(({ status }) => status === 'fault')) break;
  }
  return { kind: 'examined', findings };
}

/** Resolves with the reason when the store does not answer in time, or answers with a retryable error. */
async function withTimeout<T>(work: Promise<T>, timeoutMs: number): Promise<T | string> {
  const done = new AbortController();
  const timeout = wait(timeoutMs, `no answer within ${timeoutMs / 1_000} s`, { signal: done.signal }).catch(
    () => '',
  );
  try {
    return await Promise.race([work, timeout]);
  } catch (error) {
    if (error instanceof ObjectStoreError && error.retryable) return error.message;
    throw error;
  } finally {
    done.abort();
  }
}

/** The findings of one round. Throws a retryable ObjectStoreError when the store is unavailable. */
async function examineRound(objects: ObjectStore, key: string): Promise<readonly StoreFinding[]> {
  const faults = await findFaults(objects, key);
  if (faults.length > 0) {
    await objects.delete(key).catch(() => undefined);
    return faults;
  }
  const forbidden = await tryOperation('delete', () => objects.delete(key));
  return forbidden === undefined
    ? [{ status: 'ok', text: 'reads, conditional and parallel writes, and deletes work' }]
    : [
        { status: 'ok', text: 'reads, conditional and parallel writes work' },
        { ...forbidden, status: 'warning' },
      ];
}

async function findFaults(objects: ObjectStore, key: string): Promise<readonly StoreFinding[]> {
  const reads = [
    await tryOperation('read_missing', () => objects.get(key)),
    await tryOperation('read_missing', () => objects.head(key)),
  ];
  const [unreadable] = reads.filter((finding) => finding !== undefined);
  if (unreadable) return [unreadable];
  const created = await checkCreation(objects, key);
  if ('faults' in created) return created.faults;
  const replaced = await checkReplacement(objects, key, created.etag);
  return 'faults' in replaced ? replaced.faults : [];
}

/** @returns the refusal as a fault; undefined when the operation succeeded. Throws a retryable ObjectStoreError. */
async function tryOperation(
  operation: Operation,
  work: () => Promise<unknown>,
): Promise<StoreFinding | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return explainRefusal(operation, error);
  }
}
