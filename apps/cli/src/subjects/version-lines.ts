import type { TrainingDetail, versionViewSchema } from '@trainyard/contracts';
import type { z } from 'zod';
import { formatDuration, formatTime, formatUsd } from '../terminal/format.ts';
import { paint } from '../terminal/style.ts';
import { formatTable } from '../terminal/table.ts';

/** A version as the manifest holds it; other tools wrote some of them, so that every further field is optional. */
export type Version = z.infer<typeof versionViewSchema>;

/** A version, with its training unless it was imported or pruned. */
export interface KnownVersion {
  readonly version: Version;
  readonly training: TrainingDetail | undefined;
}

/** Formats the versions of a subject as a table. */
export function versionLines(versions: readonly Version[], width: number | undefined): readonly string[] {
  if (versions.length === 0) return ['Train it with trainyard enqueue.'];
  return formatTable<Version>(
    [
      { title: 'VERSION', cell: ({ name }) => name, min: 8 },
      { title: 'STATUS', cell: paintVersionStatus },
      { title: 'VERDICT', cell: formatVerdict },
      { title: 'IMAGES', cell: ({ imageCount }) => String(imageCount), align: 'right', rank: 3 },
      {
        title: 'STEPS',
        cell: (each) => formatValue(each.parameters['max_train_steps']),
        align: 'right',
        rank: 2,
      },
      { title: 'LOSS', cell: (each) => formatLoss(getFinalLoss(each)), align: 'right' },
      {
        title: 'TIME',
        cell: (each) => formatOptional(getNumber(each, 'duration'), formatDuration),
        align: 'right',
      },
      { title: 'COST', cell: (each) => formatOptional(getNumber(each, 'cost'), formatUsd), align: 'right' },
      { title: 'PICTURES', cell: formatPictures, align: 'right', rank: 4 },
      { title: 'CREATED', cell: ({ timestamp }) => formatTime(timestamp), rank: 1 },
      {
        title: 'NOTE',
        cell: (each) => getText(each, 'error') ?? getText(each, 'description') ?? '',
        min: 12,
        rank: 5,
      },
    ],
    versions,
    { width },
  );
}

function paintVersionStatus({ status }: Version): string {
  const styles = { completed: 'green', failed: 'red', cancelled: 'dim', training: 'cyan' } as const;
  return status in styles ? paint(styles[status as keyof typeof styles], status) : status;
}

/** The verdict of a person: good, not good, or none yet. */
function formatVerdict(version: Version): string {
  const verdict = getText(version, 'verdict');
  if (version.good || verdict === 'good') return paint('green', 'good');
  return version['judged'] === true || verdict === 'not_good' ? paint('red', 'not good') : '';
}

function getNumber(version: Version, name: string): number | undefined {
  const value = version[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function getText(version: Version, name: string): string | undefined {
  const value = version[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function getFinalLoss(version: Version): number | undefined {
  return getNumber(version, 'final_loss');
}

function formatOptional(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? '' : format(value);
}

function formatLoss(loss: number | undefined): string {
  return formatOptional(loss, (value) => value.toFixed(4));
}

/** Number of sample pictures, and whether a loss plot is stored. */
function formatPictures(version: Version): string {
  const names = Array.isArray(version['samples']) ? version['samples'].map(String) : [];
  const samples = names.filter((name) => !/_loss\.\w+$/.test(name)).length;
  const parts = [...(samples > 0 ? [String(samples)] : []), ...(samples < names.length ? ['plot'] : [])];
  return parts.join(' + ');
}

function formatValue(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Differences of two versions. */
export interface Comparison {
  readonly versions: readonly [string, string];
  /** Parameters and results that differ, with both values; null where a version has none. */
  readonly differences: readonly {
    readonly name: string;
    readonly values: readonly [unknown, unknown];
  }[];
  /** Images of the second version alone, and of the first alone; null when the images of a version are unknown. */
  readonly images: { readonly added: readonly string[]; readonly removed: readonly string[] } | null;
  readonly same_parameters: boolean;
}

/** Compares two versions: their parameters, images and results. */
export function toComparison(before: KnownVersion, after: KnownVersion): Comparison {
  const [first, second] = [toParameters(before), toParameters(after)];
  const parameters = listDifferences(first, second);
  return {
    versions: [before.version.name, after.version.name],
    differences: [...parameters, ...listDifferences(toResults(before), toResults(after))],
    images: compareImages(before.training, after.training),
    same_parameters: parameters.length === 0,
  };
}

function toParameters({ version, training }: KnownVersion): Readonly<Record<string, unknown>> {
  return {
    policy: training?.policy ?? version['policy'],
    ...version.parameters,
    ...training?.hyperparameters,
    images: version.imageCount,
    trigger: training?.trigger,
  };
}

function toResults({ version, training }: KnownVersion): Readonly<Record<string, unknown>> {
  return {
    status: version.status,
    verdict: version.good ? 'good' : version['judged'] === true ? 'not good' : undefined,
    loss: getFinalLoss(version),
    seconds: getNumber(version, 'duration') ?? training?.execution_seconds ?? undefined,
    cost_usd: getNumber(version, 'cost') ?? training?.cost_usd ?? undefined,
  };
}

function listDifferences(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Comparison['differences'] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
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
  return [
    ...(differences.length === 0
      ? [`${before} and ${after} have the same parameters and results.`]
      : formatTable<Comparison['differences'][number]>(
          [
            { title: 'DIFFERS', cell: ({ name }) => name },
            { title: before, cell: ({ name, values }) => formatNamed(name, values[0]), min: 8 },
            { title: after, cell: ({ name, values }) => formatNamed(name, values[1]), min: 8 },
          ],
          differences,
          { width },
        )),
    '',
    ...imageLines(images),
  ];
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
