import { randomUUID } from 'node:crypto';
import { type ObjectStore, PreconditionFailedError, type WriteCondition } from '@trainyard/application';
import { openConfiguredObjectStore, type Settings } from '@trainyard/runtime';
import { toErrorMessage } from '../terminal/exit.ts';
import { createFindings, type Finding } from './finding.ts';

/** Checks the configured object store and the catalogue in it. */
export async function examineStores(settings: Settings): Promise<readonly Finding[]> {
  const store = await openConfiguredObjectStore(settings);
  try {
    return [...(await examineStore(store)), await examineCatalogue(store, settings.CATALOGUE_KEY)];
  } finally {
    await store.close();
  }
}

const storePart = createFindings('Object store');

/** Checks an object store with a temporary key. */
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
    await store.put(key, 'must not be written', { condition });
    return false;
  } catch (error) {
    if (error instanceof PreconditionFailedError) return true;
    throw error;
  }
}

/** Writes to a temporary key: servers that ignore write conditions would lose entries (I5). */
async function checkConditionalWrites(store: ObjectStore, key: string): Promise<readonly Finding[]> {
  const { etag } = await store.put(key, 'first', { condition: { ifAbsent: true } });
  const absentRefused = await isRefused(store, key, { ifAbsent: true });
  const second = await store.put(key, 'second', { condition: { ifMatch: etag } });
  const matchRefused = await isRefused(store, key, { ifMatch: etag });
  const body = Buffer.from((await store.get(key))?.body ?? []).toString();
  const findings = [
    absentRefused || storePart.fault('ignores If-None-Match: two writers could both create a document'),
    matchRefused || storePart.fault('ignores If-Match: concurrent writers could lose entries'),
    body === 'second' || storePart.fault('a read did not return the last write'),
    second.etag !== etag || storePart.fault('the ETag did not change with the content'),
  ].filter((finding) => finding !== true);
  return findings.length > 0 ? findings : [storePart.ok('reads, writes and conditional writes work')];
}

/** Checks that the catalogue exists at its key. */
async function examineCatalogue(store: ObjectStore, key: string): Promise<Finding> {
  const part = createFindings('Catalogue');
  try {
    const head = await store.head(key);
    return head ? part.ok(`${key}, ${head.sizeBytes} bytes`) : part.warning(`${key} does not exist yet`);
  } catch (error) {
    return part.fault(toErrorMessage(error));
  }
}
