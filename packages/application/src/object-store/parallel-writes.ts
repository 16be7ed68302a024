import { PreconditionFailedError } from '../errors.ts';
import type { ObjectStore, WriteCondition } from '../ports/storage/object-store.ts';
import { explainRefusal, type Operation, type StoreFinding, toFault } from './findings.ts';

const WRITERS = 8;
/** An ETag that no object has. */
const FOREIGN_ETAG = '"00000000000000000000000000000000"';

interface Target {
  readonly objects: ObjectStore;
  readonly key: string;
}

/** The faults, or the ETag of the object after the writes. */
type CheckResult = { readonly faults: readonly StoreFinding[] } | { readonly etag: string };

/** Creates the object by 8 parallel writes with `If-None-Match: *`, and tries a further one. Throws a retryable ObjectStoreError. */
export async function checkCreation(objects: ObjectStore, key: string): Promise<CheckResult> {
  const target = { objects, key };
  const written = await writeInParallel(target, 'create', { ifAbsent: true });
  if (!Array.isArray(written)) return { faults: [written] };
  const ignored = await tryForbiddenWrite(target, 'create', { ifAbsent: true });
  return ignored ? { faults: [ignored] } : checkWinner(target, 'create', written);
}

/**
 * Replaces the object by 8 parallel writes with one `If-Match`, after a write with a foreign ETag. Throws a retryable
 * ObjectStoreError.
 */
export async function checkReplacement(
  objects: ObjectStore,
  key: string,
  etag: string,
): Promise<CheckResult> {
  const target = { objects, key };
  const ignored = await tryForbiddenWrite(target, 'replace', { ifMatch: FOREIGN_ETAG });
  if (ignored) return { faults: [ignored] };
  const written = await writeInParallel(target, 'replace', { ifMatch: etag });
  return Array.isArray(written) ? checkWinner(target, 'replace', written) : { faults: [written] };
}

type WriteOperation = Extract<Operation, 'create' | 'replace'>;

const HEADERS: Readonly<Record<WriteOperation, string>> = { create: 'If-None-Match', replace: 'If-Match' };

/** A write that succeeded. */
interface Write {
  readonly body: string;
  readonly etag: string;
}

/** @returns the writes that succeeded, or the fault when the store refuses a write for a reason other than its condition */
async function writeInParallel(
  { objects, key }: Target,
  operation: WriteOperation,
  condition: WriteCondition,
): Promise<Write[] | StoreFinding> {
  const bodies = Array.from({ length: WRITERS }, (_, writer) => `${operation} ${writer}`);
  const results = await Promise.allSettled(bodies.map((body) => objects.put(key, body, { condition })));
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  const refusal = errors.find((error) => !(error instanceof PreconditionFailedError));
  if (refusal !== undefined) return explainRefusal(operation, refusal);
  return results.flatMap((result, writer) =>
    result.status === 'fulfilled' ? [{ body: bodies[writer] ?? '', etag: result.value.etag }] : [],
  );
}

/** Writes with a condition that does not hold. @returns the fault when the store does not refuse it as such */
async function tryForbiddenWrite(
  { objects, key }: Target,
  operation: WriteOperation,
  condition: WriteCondition,
): Promise<StoreFinding | undefined> {
  try {
    await objects.put(key, 'must not be written', { condition });
    return toFault(`ignores ${HEADERS[operation]}, so that concurrent writers would lose entries`);
  } catch (error) {
    return error instanceof PreconditionFailedError ? undefined : explainRefusal(operation, error);
  }
}

/** Checks that one write succeeded, and that a read returns it. */
async function checkWinner(
  { objects, key }: Target,
  operation: WriteOperation,
  writes: readonly Write[],
): Promise<CheckResult> {
  const header = HEADERS[operation];
  const stored = await objects.get(key).catch((error: unknown) => explainRefusal('read', error));
  if (stored && 'status' in stored) return { faults: [stored] };
  const body = stored && Buffer.from(stored.body).toString();
  // The client repeats a request whose reply was lost; the repetition is refused although the write succeeded.
  const isReplyLost = writes.length === 0 && body?.startsWith(operation) === true;
  const [write = isReplyLost ? { body, etag: stored?.etag } : undefined, ...others] = writes;
  if (!write || others.length > 0)
    return {
      faults: [
        toFault(
          `lets ${writes.length} of ${WRITERS} parallel writes with one ${header} succeed instead of one, so that concurrent writers would lose entries`,
        ),
      ],
    };
  if (!write.etag) return { faults: [toFault('returns no ETag for a write')] };
  if (body !== write.body) return { faults: [toFault('does not return the last write to a read')] };
  if (stored?.etag !== write.etag)
    return {
      faults: [toFault(`returns the ETag ${stored?.etag} to a read and ${write.etag} to the write`)],
    };
  return { etag: write.etag };
}
