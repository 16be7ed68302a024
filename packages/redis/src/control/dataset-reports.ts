import { DATASET_REPORT_TTL_MS, type DatasetReports, type StoredDatasetReport } from '@trainyard/application';
import type { Subject } from '@trainyard/domain';
import type { Redis } from 'ioredis';
import { unwrapPipeline, withStoreErrors } from '../redis/calls.ts';
import type { Keys } from '../redis/keys.ts';
import { saveDatasetReport } from '../scripts/document-scripts.ts';

/** Dataset reports in Redis: a hash per subject with the JSON of the report and the time of its inspection. */
export function createDatasetReports(redis: Redis, keys: Keys): DatasetReports {
  const save = (subject: Subject, at: number, document: string): Promise<void> =>
    withStoreErrors(() =>
      saveDatasetReport(redis, keys, subject, { at, document, ttlMs: DATASET_REPORT_TTL_MS }),
    );
  return {
    save: (report) => save(report.subject, report.at, JSON.stringify(report)),
    findMany: (kind, ids) =>
      withStoreErrors(async () => {
        const reads = redis.pipeline();
        for (const id of ids) reads.hget(keys.datasetReport({ kind, id }), 'report');
        const documents = ids.length === 0 ? [] : unwrapPipeline(await reads.exec());
        return new Map(ids.flatMap((id, index) => toEntry(id, documents[index])));
      }),
    invalidate: (subject, at) => save(subject, at + 1, ''),
  };
}

/** An unreadable report counts as absent, since it is made anew. */
function toEntry(id: string, document: unknown): readonly (readonly [string, StoredDatasetReport])[] {
  if (typeof document !== 'string' || document === '') return [];
  try {
    return [[id, JSON.parse(document) as StoredDatasetReport]];
  } catch {
    return [];
  }
}
