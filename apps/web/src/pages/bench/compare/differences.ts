import type { Version } from '../../../api/resources/versions.ts';
import type { TrainedVersion } from './samples.ts';

/** A parameter of the compared versions; null where a version does not record it. */
export interface ComparedParameter {
  readonly label: string;
  readonly values: readonly (string | null)[];
  /** Whether versions that record it differ. */
  readonly differs: boolean;
}

/** Labels of parameters by their names. */
export type ParameterLabels = ReadonlyMap<string, string>;

const OWN_LABELS: ReadonlyMap<string, string> = new Map([
  ['policy', 'Policy'],
  ['preset', 'Preset'],
  ['class_tokens', 'Trigger'],
]);

/** The parameters of versions in the order of the labels; those that no label names follow. */
export function compareParameters(
  versions: readonly TrainedVersion[],
  labels: ParameterLabels,
): readonly ComparedParameter[] {
  const recorded = versions.map(listParameters);
  const known = new Map([...OWN_LABELS, ...labels]);
  const names = new Set([...known.keys(), ...recorded.flatMap((each) => Object.keys(each))]);
  return [...names]
    .map((name) => {
      const values = recorded.map((each) => formatParameter(each[name]));
      const differs = new Set(values.filter((value) => value !== null)).size > 1;
      return { label: known.get(name) ?? toLabel(name), values, differs };
    })
    .filter(({ values }) => values.some((value) => value !== null));
}

/** Number of the parameters that a version does not record and a different one does. */
export function countUnrecorded(parameters: readonly ComparedParameter[], at: number): number {
  return parameters.filter(({ values }) => values[at] === null).length;
}

function listParameters({ version, training }: TrainedVersion): Readonly<Record<string, unknown>> {
  return {
    policy: version.policy,
    preset: version.preset,
    ...version.parameters,
    ...training?.hyperparameters,
  };
}

const NUMBER = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 8 });

function formatParameter(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'number') return NUMBER.format(value);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A parameter of another tool has no label; its name becomes words. */
function toLabel(name: string): string {
  const words = name.replaceAll(/([a-z])([A-Z])|_/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** How the images of a version differ from those of the first one. */
export interface ImageDifference {
  readonly count: number;
  /** Sentence about the difference; undefined for the first version. */
  readonly text: string | undefined;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Compares the images of versions with those of the first one: by their names, else by the digest of the data. */
export function compareImages(versions: readonly TrainedVersion[]): readonly ImageDifference[] {
  const [first] = versions;
  return versions.map((each) => {
    const count = each.version.imageCount;
    if (!first || each === first) return { count, text: undefined, added: [], removed: [] };
    const images = listImages(first) && listImages(each);
    const [before, after] = [listImages(first) ?? [], listImages(each) ?? []];
    const added = images ? after.filter((uri) => !before.includes(uri)) : [];
    const removed = images ? before.filter((uri) => !after.includes(uri)) : [];
    const text = images
      ? describeImages(first.version, each.version, added.length, removed.length)
      : describeDigests(first.version, each.version);
    return { count, text, added: added.map(toFileName), removed: removed.map(toFileName) };
  });
}

/** A pruned training no longer lists its images. */
function listImages({ training }: TrainedVersion): readonly string[] | undefined {
  return training && training.pruned_at === null ? training.images : undefined;
}

function describeImages(first: Version, other: Version, added: number, removed: number): string {
  if (added + removed === 0) return describeSameImages(first, other);
  const parts = [added > 0 ? `${added} added` : '', removed > 0 ? `${removed} removed` : ''];
  return `${parts.filter((part) => part !== '').join(', ')} since ${first.name}`;
}

function describeSameImages(first: Version, other: Version): string {
  if (first.data_digest === undefined || other.data_digest === undefined) return 'same images';
  return first.data_digest === other.data_digest
    ? 'same images and captions'
    : 'same images; a caption or an image file changed';
}

function describeDigests(first: Version, other: Version): string {
  if (first.data_digest === undefined || other.data_digest === undefined) return 'images not recorded';
  return first.data_digest === other.data_digest ? 'same images and captions' : 'images or captions differ';
}

function toFileName(uri: string): string {
  return uri.split('/').at(-1) ?? uri;
}
