import {
  IMPORT_OUTCOMES,
  type ImportOutcome,
  type ImportReport,
  type ImportResult,
  type OtherBucket,
  type RefreshedActor,
} from '@trainyard/application';
import { wrapText } from '../terminal/style.ts';

/** The store of an import for its report. */
interface ImportTarget {
  readonly address: string;
  readonly dryRun: boolean;
  /** Columns of the terminal; undefined in a pipe, where each result is one line. */
  readonly width?: number | undefined;
}

const LABELS: { readonly [O in ImportOutcome]: string } = {
  added: 'new',
  filled: 'filled',
  kept: 'kept',
  skipped: 'skipped',
  warning: 'warning',
  differs: 'differs',
  taken: 'taken',
  refused: 'refused',
};
/** Outcomes that a summary counts also where there are none. */
const ALWAYS_COUNTED: readonly ImportOutcome[] = ['added', 'filled', 'kept', 'refused'];

/** Width of the outcome at the beginning of a line. */
const LABEL_WIDTH = 8;

/** Lines of an import's report: what changed, every file and entry that was left out with its reason, and the counts. */
export function importLines(report: ImportReport, target: ImportTarget): readonly string[] {
  const { width } = target;
  const lines = listLines(report, target);
  return width === undefined ? lines : lines.flatMap((line) => wrapText(line, width, LABEL_WIDTH));
}

function listLines(report: ImportReport, { address, dryRun }: ImportTarget): readonly string[] {
  const { results, refreshed, hiddenFiles, otherBuckets } = report;
  const differing = countOutcome(results, 'differs');
  // What needs attention comes last, next to the summary.
  const sorted = IMPORT_OUTCOMES.flatMap((wanted) => results.filter(({ outcome }) => outcome === wanted));
  const isRefresh = results.length === 0;
  const listed = refreshed.filter(({ to, missing }) => isRefresh || !to.synced || missing.length > 0);
  return [
    ...listed.map(refreshLine),
    ...groupLines(sorted.filter(({ outcome }) => outcome !== 'kept')),
    ...(hiddenFiles > 0
      ? [`${toCount(hiddenFiles, 'hidden file')} skipped (._*, .DS_Store and the like).`]
      : []),
    ...otherBuckets.map((other) => otherBucketLine(other, address)),
    ...(differing > 0 ? [`${toCount(differing, 'flag')} differ; take them with --take flags.`] : []),
    summaryLine(report, dryRun),
    ...(dryRun ? ['Dry run: nothing was written.'] : []),
  ];
}

function resultLine({ outcome, item, source, detail }: ImportResult): string {
  const text = detail === undefined ? '' : `: ${shortenDetail(detail, source)}`;
  return `${LABELS[outcome].padEnd(LABEL_WIDTH)}${item}${text}${text.includes(source) ? '' : ` (${source})`}`;
}

/** The field and its fault, without document and entry, which the line names beside them. */
function shortenDetail(detail: string, source: string): string {
  const fault = detail.startsWith(`${source}: `) ? detail.slice(source.length + 2) : detail;
  return fault.replace(/^\w+ \d+ \([^)]*\)\.([\w.]+): /, '$1 ');
}

/** More results of one kind are one line with their number and the first of them. */
const MAX_SINGLE_LINES = 5;

/** One line for each result, or one for many results of the same kind and reason. */
function groupLines(results: readonly ImportResult[]): readonly string[] {
  const groups = Map.groupBy(results, (each) => `${each.outcome} ${toNoun(each.item)} ${toReason(each)}`);
  return [...groups.values()].flatMap((group) =>
    group.length > MAX_SINGLE_LINES ? [groupLine(group)] : group.map(resultLine),
  );
}

/** The kind of an item: `version` of `version V1 of actor 0019`, `images of actor` of `images of actor 0019`. */
function toNoun(item: string): string {
  return /^(?:images of \w+|\w+)/.exec(item)?.[0] ?? item;
}

/** The reason of a result. The detail of an added item is its size, not a reason. */
function toReason({
  outcome,
  detail = '',
}: Pick<ImportResult, 'outcome'> & { readonly detail?: string | undefined }): string {
  return outcome === 'added' ? '' : detail;
}

function groupLine(group: readonly ImportResult[]): string {
  const [{ outcome, item, detail } = { outcome: 'added' as const, item: '', detail: undefined }] = group;
  const noun = toNoun(item);
  const first = group.slice(0, MAX_SINGLE_LINES).map((result) => result.item.slice(noun.length + 1));
  const reason = toReason({ outcome, detail });
  const others = group.length - MAX_SINGLE_LINES;
  const what = countFiles(group, noun) ?? `${group.length} × ${noun}${reason && `: ${reason}`}`;
  return `${LABELS[outcome].padEnd(LABEL_WIDTH)}${what}: ${first.join(', ')} and ${others} more (--json lists all)`;
}

/** The sum of the imported files, `192 files of 12 actors`; undefined for results of a different kind. */
function countFiles(group: readonly ImportResult[], noun: string): string | undefined {
  const counts = group.map(({ detail }) => /^(\d+) of \d+ files$/.exec(detail ?? '')?.[1]);
  const owner = /^images of (\w+)$/.exec(noun)?.[1];
  if (owner === undefined || counts.includes(undefined)) return undefined;
  const sum = counts.reduce((total, count) => total + Number(count), 0);
  return `${toCount(sum, 'file')} of ${toCount(group.length, owner)}`;
}

function formatState({ count, synced }: RefreshedActor['from']): string {
  return `${count} images, ${synced ? 'synced' : 'not synced'}`;
}

function refreshLine({ actorId, from, to, missing }: RefreshedActor): string {
  return `actor ${actorId}: ${formatState(from)} → ${formatState(to)}${missing.length === 0 ? '' : `; missing: ${missing.join(', ')}`}`;
}

function otherBucketLine({ bucket, images, actors, styles }: OtherBucket, address: string): string {
  const subjects = [actors > 0 && toCount(actors, 'actor'), styles > 0 && toCount(styles, 'style')];
  return (
    `${toCount(images, 'image')} of ${subjects.filter(Boolean).join(' and ')} ${images === 1 ? 'is' : 'are'} in bucket ${bucket}; this store is ${address}. ` +
    'Copy them into this store and import again, or set OBJECT_STORE_URL to their bucket.'
  );
}

function summaryLine({ results, refreshed }: ImportReport, dryRun: boolean): string {
  const counts = IMPORT_OUTCOMES.map((outcome) => [outcome, countOutcome(results, outcome)] as const)
    .filter(([outcome, count]) => count > 0 || ALWAYS_COUNTED.includes(outcome))
    .map(([outcome, count]) => `${count} ${LABELS[outcome]}`);
  return `${counts.join(', ')}; image counts of ${toCount(refreshed.length, 'actor')} ${dryRun ? 'would be updated' : 'updated'}.`;
}

function countOutcome(results: readonly ImportResult[], wanted: ImportOutcome): number {
  return results.filter(({ outcome }) => outcome === wanted).length;
}

function toCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The report of an import as JSON. */
export function toImportView(report: ImportReport, { address, dryRun }: ImportTarget) {
  const { results, refreshed, hiddenFiles, otherBuckets } = report;
  return {
    store: address,
    dry_run: dryRun,
    notes: results.map(({ outcome, item, source, detail, files }) => ({
      what: outcome,
      of: item,
      source,
      detail: detail ?? null,
      ...(files && { files }),
    })),
    refreshed: refreshed.map(({ actorId, ...rest }) => ({ actor_id: actorId, ...rest })),
    hidden_files: hiddenFiles,
    other_buckets: otherBuckets,
  };
}
