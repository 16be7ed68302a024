import { datasetErrors } from '@trainyard/domain';
import { type CheckDeps, checkDataset } from '../dataset/check-dataset.ts';
import { createReadLimit } from '../dataset/inspect.ts';
import { ObjectStoreError } from '../errors.ts';
import { type Candidate, type CandidateDeps, type EligibilityOptions, listCandidates } from './candidates.ts';
import type { SkipReason } from './skip.ts';

/** Ports and settings that a refresh of reports needs. */
export type RefreshDeps = CandidateDeps & CheckDeps;

/** The reasons that a check of the data may remove. */
const DATA_REASONS: readonly SkipReason['code'][] = [
  'dataset_errors',
  'awaiting_review',
  'repeated_failures',
];

/** Whether an actor would be eligible if its data allowed it. */
function dependsOnData({ reasons, data }: Candidate): boolean {
  return data.images.length > 0 && reasons.every(({ code }) => DATA_REASONS.includes(code));
}

/** The share of the age limit from which a report is made anew, so that it is current until the next run. */
const REFRESH_SHARE = 0.75;

/**
 * Makes the missing and aging dataset reports of all actors whose eligibility depends on their data, at most 8 images at a
 * time. A store that cannot be read ends the run.
 * @returns the number of reports
 */
export async function refreshDatasetReports(deps: RefreshDeps): Promise<number> {
  const { clock, settings } = deps;
  const oldest = clock.now() - settings.datasetReportMs * REFRESH_SHARE;
  const isDue = ({ report }: Candidate): boolean => report === undefined || report.at < oldest;
  const due = (await listCandidates(deps)).filter((each) => dependsOnData(each) && isDue(each));
  return checkCandidates(deps, due, () => true);
}

/** The longest time that a dry run spends on checks; the data of the other actors stay unchecked. */
const DRY_RUN_CHECK_MS = 20_000;

/**
 * Checks the data of a planned run before it is shown: those without a current report, and those with known errors, which
 * may have been corrected since. Data of a store that cannot be read stay unchecked.
 */
export async function checkPlannedData(
  deps: RefreshDeps,
  options: EligibilityOptions & { readonly actorIds?: readonly string[]; readonly limit?: number },
): Promise<void> {
  const until = deps.clock.monotonic() + DRY_RUN_CHECK_MS;
  const isDue = ({ report, findings }: Candidate): boolean =>
    report === undefined || datasetErrors({ findings }).length > 0;
  const considered = (await listCandidates(deps, options)).filter(dependsOnData);
  const wanted = considered.slice(0, options.limit === undefined ? undefined : options.limit * 2 + 10);
  try {
    await checkCandidates(deps, wanted.filter(isDue), () => deps.clock.monotonic() < until);
  } catch (error) {
    if (!(error instanceof ObjectStoreError)) throw error;
    deps.log.warn('dataset_not_checked', { error });
  }
}

/** Checks one actor after the other while `canContinue`; the reads of an actor are concurrent. */
async function checkCandidates(
  deps: RefreshDeps,
  candidates: readonly Candidate[],
  canContinue: () => boolean,
): Promise<number> {
  const limit = createReadLimit();
  let count = 0;
  for (const { data } of candidates) {
    if (!canContinue()) break;
    const isAddress = ({ malformed }: (typeof data.images)[number]): boolean => malformed === undefined;
    const { subject, trigger, images } = data;
    const malformed = images.flatMap(({ uri, malformed: reason }) =>
      reason === undefined ? [] : [{ uri, malformed: reason }],
    );
    const imageUris = images.filter(isAddress).map(({ uri }) => uri);
    await checkDataset(deps, { subject, kind: subject.kind, trigger, imageUris, malformed }, limit);
    count += 1;
  }
  return count;
}
