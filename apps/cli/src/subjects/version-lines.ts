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
  if (versions.length === 0) return ['Train it with npx trainyard enqueue.'];
  return formatTable<Version>(
    [
      { title: 'VERSION', cell: ({ name }) => name, min: 8 },
      { title: 'STATUS', cell: paintVersionStatus },
      { title: 'VERDICT', cell: formatVerdict },
      { title: 'IMAGES', cell: ({ imageCount }) => String(imageCount), align: 'right', rank: 2 },
      {
        title: 'STEPS',
        cell: (each) => formatValue(each.parameters['max_train_steps']),
        align: 'right',
        rank: 3,
      },
      { title: 'LOSS', cell: (each) => formatLoss(getFinalLoss(each)), align: 'right' },
      {
        title: 'TIME',
        cell: (each) => formatOptional(getNumber(each, 'duration'), formatDuration),
        align: 'right',
      },
      { title: 'COST', cell: (each) => formatOptional(getNumber(each, 'cost'), formatUsd), align: 'right' },
      { title: 'PICTURES', cell: formatPictures, align: 'right', rank: 1 },
      { title: 'CREATED', cell: ({ timestamp }) => formatTime(timestamp), rank: 5 },
      {
        title: 'NOTE',
        cell: (each) => getText(each, 'error') ?? getText(each, 'description') ?? '',
        min: 12,
        rank: 4,
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

/** A finite number of a version; undefined without one. */
export function getNumber(version: Version, name: string): number | undefined {
  const value = version[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function getText(version: Version, name: string): string | undefined {
  const value = version[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The final loss of a version; undefined while it is not known. */
export function getFinalLoss(version: Version): number | undefined {
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

/** Formats a value of a manifest; empty for none. */
export function formatValue(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
