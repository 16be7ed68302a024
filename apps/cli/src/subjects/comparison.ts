import type { TrainingDetail } from '@trainyard/contracts';
import { formatDuration, formatUsd } from '../terminal/format.ts';
import { paint, truncate } from '../terminal/style.ts';
import { formatTable } from '../terminal/table.ts';
import { formatValue, getFinalLoss, getNumber, type KnownVersion } from './version-lines.ts';

/** Values of a version by name; a value that is not recorded is undefined or null. */
type Values = Readonly<Record<string, unknown>>;

interface Difference {
  readonly name: string;
  readonly values: readonly [unknown, unknown];
}

/** Differences of two versions. */
export interface Comparison {
  readonly versions: readonly [string, string];
  /** Parameters that both versions record, and results, that differ; a result is null where a version has none. */
  readonly differences: readonly Difference[];
  /** Names of the parameters that both versions record with the same value. */
  readonly equal_parameters: readonly string[];
  /** Names of the parameters that the first version does not record and the second does, and the reverse. */
  readonly unrecorded_parameters: readonly [readonly string[], readonly string[]];
  /** Images of the second version alone, and of the first alone; null when the images of a version are unknown. */
  readonly images: { readonly added: readonly string[]; readonly removed: readonly string[] } | null;
  /** Whether no parameter that both versions record differs. */
  readonly same_parameters: boolean;
  /** Whether a version has a loss, a time or a cost. */
  readonly results_known: boolean;
}

/** Compares two versions: their parameters, images and results. */
export function toComparison(before: KnownVersion, after: KnownVersion): Comparison {
  const [first, second] = [toParameters(before), toParameters(after)];
  const names = listNames(first, second);
  const isRecorded = (values: Values, name: string): boolean => (values[name] ?? null) !== null;
  const common = names.filter((name) => isRecorded(first, name) && isRecorded(second, name));
  const parameters = listDifferences(common, first, second);
  const results = [toResults(before), toResults(after)] as const;
  return {
    versions: [before.version.name, after.version.name],
    differences: [...parameters, ...listDifferences(listNames(...results), ...results)],
    equal_parameters: common.filter((each) => !parameters.some(({ name }) => name === each)),
    unrecorded_parameters: [
      names.filter((name) => !isRecorded(first, name) && isRecorded(second, name)),
      names.filter((name) => isRecorded(first, name) && !isRecorded(second, name)),
    ],
    images: compareImages(before.training, after.training),
    same_parameters: parameters.length === 0,
    results_known: results.some(
      ({ loss, seconds, cost_usd: cost }) => (loss ?? seconds ?? cost) !== undefined,
    ),
  };
}

function listNames(before: Values, after: Values): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])];
}

function toParameters({ version, training }: KnownVersion): Values {
  return {
    policy: training?.policy ?? version['policy'],
    ...version.parameters,
    ...training?.hyperparameters,
    images: version.imageCount,
    trigger: training?.trigger,
  };
}

function toResults({ version, training }: KnownVersion) {
  return {
    status: version.status,
    verdict: version.good ? 'good' : version['judged'] === true ? 'not good' : undefined,
    loss: getFinalLoss(version),
    seconds: getNumber(version, 'duration') ?? training?.execution_seconds ?? undefined,
    cost_usd: getNumber(version, 'cost') ?? training?.cost_usd ?? undefined,
  };
}

function listDifferences(names: readonly string[], before: Values, after: Values): readonly Difference[] {
  return names.flatMap((name) => {
    const values = [before[name] ?? null, after[name] ?? null] as const;
    return JSON.stringify(values[0]) === JSON.stringify(values[1]) ? [] : [{ name, values }];
  });
}

function compareImages(
  before: TrainingDetail | undefined,
  after: TrainingDetail | undefined,
): Comparison['images'] {
  const isKnown = before !== undefined && after !== undefined && !before.pruned_at && !after.pruned_at;
  if (!isKnown) return null;
  return {
    added: after.images.filter((each) => !before.images.includes(each)),
    removed: before.images.filter((each) => !after.images.includes(each)),
  };
}

/** Formats the differences of two versions. */
export function compareLines(comparison: Comparison, width: number | undefined): readonly string[] {
  const { versions, differences, images } = comparison;
  const [before, after] = versions;
  const table = formatTable<Difference>(
    [
      { title: 'DIFFERS', cell: ({ name }) => name },
      { title: before, cell: ({ name, values }) => formatNamed(name, values[0]), min: 8 },
      { title: after, cell: ({ name, values }) => formatNamed(name, values[1]), min: 8 },
    ],
    differences,
    { width },
  );
  return [
    ...(differences.length === 0 ? [] : [...table, '']),
    ...parameterLines(comparison).map((line) => truncate(line, width ?? DEFAULT_WIDTH)),
    ...imageLines(images),
  ];
}

/** Columns of a list of names in a pipe. */
const DEFAULT_WIDTH = 80;

/** What is equal, what a version does not record, and whether results are known. */
function parameterLines(comparison: Comparison): readonly string[] {
  const { versions, equal_parameters: equal, unrecorded_parameters: unrecorded } = comparison;
  const both = versions.join(' and ');
  const isSame = comparison.same_parameters && equal.length > 0;
  return [
    ...(isSame ? [`${both} have the same ${toCount(equal)}: ${equal.join(', ')}`] : []),
    ...versions.flatMap((version, at) => {
      const names = unrecorded[at] ?? [];
      return names.length === 0 ? [] : [`${version} does not record ${toCount(names)}: ${names.join(', ')}`];
    }),
    ...(comparison.results_known ? [] : [`The results of ${both} (loss, time, cost) are unknown.`]),
  ];
}

function toCount({ length }: readonly string[]): string {
  return `${length} parameter${length === 1 ? '' : 's'}`;
}

function formatNamed(name: string, value: unknown): string {
  if (value === null) return '–';
  if (typeof value !== 'number') return formatValue(value);
  if (name === 'seconds') return formatDuration(value);
  if (name === 'cost_usd') return formatUsd(value);
  return name === 'loss' ? value.toFixed(4) : String(value);
}

function imageLines(images: Comparison['images']): readonly string[] {
  if (images === null) return ['The images of at least one version are unknown: it was imported or pruned.'];
  const { added, removed } = images;
  if (added.length + removed.length === 0) return ['Both versions were trained on the same images.'];
  return [
    `${added.length} images added, ${removed.length} removed`,
    ...added.map((url) => paint('green', `  + ${toFileName(url)}`)),
    ...removed.map((url) => paint('red', `  - ${toFileName(url)}`)),
  ];
}

function toFileName(url: string): string {
  return url.split('/').at(-1) ?? url;
}
