import { toModelName } from '@trainyard/domain';
import type { JsonObject } from '../documents/document.ts';
import type { ManifestChange } from './entries.ts';
import { getText, type Manifest, withVersion } from './manifest.ts';
import { assignName } from './version-names.ts';

/** Ours come first: a foreign id never leads away from the entry of the training. */
const ID_FIELDS = ['training_id', 'job_id', 'runpod_job_id', 'id'] as const;
/** Of an entry of ours these are the record's and the person's alone. */
const PROTECTED_FIELDS = ['id', 'name', 'training_id', 'status', 'loraUrl', 'good'];

/** Takes an entry from the seeds' own tools, see `Manifests.saveForeignVersion`. */
export function upsertEntry(manifest: Manifest, given: JsonObject, nowIso: string): ManifestChange {
  const known = ID_FIELDS.map((name) =>
    manifest.versions.find((entry) => hasSameText(entry, given, name)),
  ).find(Boolean);
  if (!known) return addEntry(manifest, given, nowIso);
  const entry =
    getText(known, 'training_id') === undefined ? updateEntry(known, given) : fillEntry(known, given);
  return { manifest: withVersion(manifest, entry, known), entry };
}

function hasSameText(entry: JsonObject, given: JsonObject, name: string): boolean {
  const value = getText(entry, name);
  return value !== undefined && value === getText(given, name);
}

/** Only we write a `training_id`, and only a person's judgement makes a version good. */
function addEntry(manifest: Manifest, given: JsonObject, nowIso: string): ManifestChange {
  const { training_id: _, ...fields } = given as JsonObject & { readonly training_id?: unknown };
  const name = getText(given, 'name') ?? assignName(manifest, {});
  const id = getText(given, 'id') ?? `${toModelName(manifest.subject, name)}_${nowIso.replace(/\D/g, '')}`;
  const entry = { timestamp: nowIso, ...fields, id, name, good: false };
  return { manifest: withVersion(manifest, entry), entry };
}

function updateEntry(known: JsonObject, given: JsonObject): JsonObject {
  const {
    good: _,
    id: __,
    training_id: ___,
    ...fields
  } = given as Readonly<Record<'good' | 'id' | 'training_id', unknown>>;
  return { ...known, ...fields };
}

function fillEntry(known: JsonObject, given: JsonObject): JsonObject {
  const empty = Object.entries(given).filter(
    ([name]) =>
      !PROTECTED_FIELDS.includes(name) &&
      (known[name] === undefined || known[name] === null || known[name] === ''),
  );
  return { ...known, ...Object.fromEntries(empty) };
}
