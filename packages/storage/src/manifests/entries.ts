import type { NewVersion } from '@trainyard/application';
import { toModelName } from '@trainyard/domain';
import type { JsonObject } from '../documents/document.ts';
import { defined } from '../documents/shape.ts';
import { type Manifest, textAt, withVersion } from './manifest.ts';
import { nameFor } from './names.ts';

/** What belongs to one attempt only, so that the next one begins without it. */
const OF_ATTEMPT = ['runpod_job_id', 'dead_by', 'error', 'loraUrl', 'sha256', 'cost', 'duration'] as const;

/** What became of a manifest, and the entry concerned. */
export interface Changed {
  readonly manifest: Manifest;
  readonly entry: JsonObject;
}

/** Writes the entry of a training before it is submitted, see `Manifests.openVersion`. */
export function openEntry(manifest: Manifest, version: NewVersion): Changed {
  const known = entryOfTraining(manifest, version.training_id);
  if (!known) {
    const name = nameFor(manifest, version);
    const entry = { ...newEntry(manifest, version, name), good: false };
    return { manifest: withVersion(manifest, entry), entry };
  }
  if (isLate(known, version)) return { manifest, entry: known };
  const again = (version.attempt ?? 0) > attemptOf(known) ? without(known, OF_ATTEMPT) : known;
  return replaced(manifest, known, merged(again, version));
}

/** Writes how a training ended, see `Manifests.settleVersion`. */
export function settleEntry(manifest: Manifest, version: NewVersion & { readonly name: string }): Changed {
  const known = entryOfTraining(manifest, version.training_id);
  const entry = known
    ? merged(known, version)
    : { ...newEntry(manifest, version, version.name), good: false };
  const settled = { manifest: withVersion(manifest, entry, known), entry };
  return version.status === 'completed' && manifest.subject.kind === 'actor' ? withModel(settled) : settled;
}

function entryOfTraining({ versions }: Manifest, trainingId: string): JsonObject | undefined {
  return versions.find((entry) => textAt(entry, 'training_id') === trainingId);
}

function newEntry({ subject }: Manifest, version: NewVersion, name: string): JsonObject {
  return { id: `${toModelName(subject)}_${version.training_id}`, ...defined(version), name };
}

/** Id, name and judgement of an entry outlast everything that is written about its training. */
function merged(known: JsonObject, version: NewVersion): JsonObject {
  const { name: _, ...fields } = version;
  return { ...known, ...defined(fields) };
}

/** A writer that was overtaken: by a later attempt, or by the end of the training. */
function isLate(known: JsonObject, version: NewVersion): boolean {
  const attempt = version.attempt ?? 0;
  const status = textAt(known, 'status');
  if (status === 'completed' || attempt < attemptOf(known)) return true;
  return (status === 'failed' || status === 'cancelled') && attempt === attemptOf(known);
}

function attemptOf(entry: JsonObject): number {
  return Number(textAt(entry, 'attempt') ?? 0);
}

function without(entry: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(entry).filter(([name]) => !names.includes(name)));
}

function replaced(manifest: Manifest, known: JsonObject, entry: JsonObject): Changed {
  return { manifest: withVersion(manifest, entry, known), entry };
}

/** A completed version stands once among the models that the seeds' Validator shows. */
function withModel({ manifest, entry }: Changed): Changed {
  const trainingId = textAt(entry, 'training_id');
  const known = manifest.models.find((model) => textAt(model, 'training_id') === trainingId);
  const version = textAt(entry, 'name');
  const model = {
    ...known,
    ...defined({ version, name: toModelName(manifest.subject, version), loraUrl: textAt(entry, 'loraUrl') }),
    good: entry['good'] === true,
    training_id: trainingId,
  };
  const models = known
    ? manifest.models.with(manifest.models.indexOf(known), model)
    : [...manifest.models, model];
  return { manifest: { ...manifest, models }, entry };
}
