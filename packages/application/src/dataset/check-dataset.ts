import type { Subject } from '@trainyard/domain';
import type { LimitFunction } from 'p-limit';
import type { Deps } from '../deps.ts';
import { StoreUnavailableError } from '../errors.ts';
import { type DatasetToInspect, type InspectedDataset, inspectDataset } from './inspect.ts';
import { toStoredReport } from './stored-report.ts';

/** The ports of a check. */
export type CheckDeps = Pick<Deps, 'objects' | 'datasetReports' | 'clock' | 'log'>;

/**
 * Inspects data and stores the report of their subject, which accept, candidates and retries compare with
 * (docs/concepts/datasets.md). A Redis that cannot store it does not fail the check. Throws a retryable ObjectStoreError if
 * the object store is unavailable.
 */
export async function checkDataset(
  deps: CheckDeps,
  data: DatasetToInspect & { readonly subject?: Subject | undefined },
  limit?: LimitFunction,
): Promise<InspectedDataset> {
  const at = deps.clock.now();
  const inspected = await inspectDataset(deps.objects, data, limit);
  const { subject, trigger } = data;
  if (!subject) return inspected;
  const imageUris = [...data.imageUris, ...(data.malformed ?? []).map(({ uri }) => uri)];
  const report = toStoredReport({ subject, at, trigger, imageUris }, inspected);
  await logUnavailable(deps, subject, deps.datasetReports.save(report));
  return inspected;
}

/** Removes the report of a subject whose images or captions were changed. A Redis that cannot remove it fails no change. */
export async function invalidateReport(
  deps: Pick<Deps, 'datasetReports' | 'clock' | 'log'>,
  subject: Subject,
): Promise<void> {
  await logUnavailable(deps, subject, deps.datasetReports.invalidate(subject, deps.clock.now()));
}

async function logUnavailable(
  { log }: Pick<Deps, 'log'>,
  { kind, id }: Subject,
  write: Promise<void>,
): Promise<void> {
  await write.catch((error: unknown) => {
    if (!(error instanceof StoreUnavailableError)) throw error;
    log.warn('dataset_report_not_saved', { kind, subject_id: id, error });
  });
}
