import type { Subject } from '@trainyard/domain';
import type { DatasetReports, StoredDatasetReport } from '../../ports/storage/dataset-reports.ts';

/** The stored report of a subject; without `report` its data were changed at this time. */
export interface MemoryDatasetReport {
  readonly at: number;
  readonly report?: StoredDatasetReport;
}

/** Creates the dataset reports. `getReports` returns the stored reports by `kind:id`. */
export function createMemoryDatasetReports(
  getReports: () => Map<string, MemoryDatasetReport>,
): DatasetReports {
  const toKey = ({ kind, id }: Subject): string => `${kind}:${id}`;
  const put = (subject: Subject, entry: MemoryDatasetReport): void => {
    const stored = getReports().get(toKey(subject));
    if (!stored || stored.at <= entry.at) getReports().set(toKey(subject), entry);
  };
  return {
    save: async (report) => put(report.subject, { at: report.at, report }),
    findMany: async (kind, ids) =>
      new Map(
        ids.flatMap((id) => {
          const report = getReports().get(toKey({ kind, id }))?.report;
          return report ? [[id, report] as const] : [];
        }),
      ),
    invalidate: async (subject, at) => put(subject, { at: at + 1 }),
  };
}
