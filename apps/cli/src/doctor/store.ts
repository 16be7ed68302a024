import { randomUUID } from 'node:crypto';
import { type ObjectStore, PreconditionFailedError, type WriteCondition } from '@trainyard/application';
import { createFindings, type Finding, toErrorMessage } from './finding.ts';

const storePart = createFindings('Object store');

/** Tries a store with a scratch key that is deleted again. */
export async function examineStore(store: ObjectStore): Promise<readonly Finding[]> {
  const key = `trainyard-doctor/${randomUUID()}`;
  try {
    return await checkConditionalWrites(store, key);
  } catch (error) {
    return [storePart.fault(toErrorMessage(error))];
  } finally {
    await store.delete(key).catch(() => undefined);
  }
}

async function isRefused(store: ObjectStore, key: string, condition: WriteCondition): Promise<boolean> {
  try {
    await store.put(key, 'this must not be written', { condition });
    return false;
  } catch (error) {
    if (error instanceof PreconditionFailedError) return true;
    throw error;
  }
}

/** Really writes to a scratch key: some servers take conditions and ignore them, and then lose entries (I5). */
async function checkConditionalWrites(store: ObjectStore, key: string): Promise<readonly Finding[]> {
  const { etag } = await store.put(key, 'first', { condition: { ifAbsent: true } });
  const absentRefused = await isRefused(store, key, { ifAbsent: true });
  const second = await store.put(key, 'second', { condition: { ifMatch: etag } });
  const matchRefused = await isRefused(store, key, { ifMatch: etag });
  const body = Buffer.from((await store.get(key))?.body ?? []).toString();
  const findings = [
    absentRefused || storePart.fault('ignores If-None-Match: two writers would both create a document'),
    matchRefused || storePart.fault('ignores If-Match: concurrent writers would lose entries'),
    body === 'second' || storePart.fault('a read did not give what was written last'),
    second.etag !== etag || storePart.fault('the ETag did not change with the content'),
  ].filter((finding) => finding !== true);
  return findings.length > 0 ? findings : [storePart.ok('reads, writes, and keeps conditions')];
}

/** Looks whether the catalogue is where the settings say. */
export async function examineCatalogue(store: ObjectStore, key: string): Promise<Finding> {
  const part = createFindings('Catalogue');
  try {
    const head = await store.head(key);
    return head ? part.ok(`${key}, ${head.sizeBytes} bytes`) : part.warning(`there is no ${key} yet`);
  } catch (error) {
    return part.fault(toErrorMessage(error));
  }
}
