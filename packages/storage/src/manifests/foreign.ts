import { toModelName } from '@trainyard/domain';
import type { JsonObject } from '../documents/document.ts';
import type { Changed } from './entries.ts';
import { type Manifest, textAt, withVersion } from './manifest.ts';
import { nameFor } from './names.ts';

/** Ours come first: a foreign id never leads away from the entry of the training. */
const IDS = ['training_id', 'job_id', 'runpod_job_id', 'id'] as const;
/** Of an entry of ours these are the record's and the person's alone. */
const NEVER_FILLED = ['id', 'name', 'training_id', 'status', 'loraUrl', 'good'];

/** Takes an entry from the seeds' own tools, see `Manifests.saveForeignVersion`. */
export function saveForeignEntry(manifest: Manifest, given: JsonObject, nowIso: string): Changed {
  const known = IDS.map((name) => manifest.versions.find((entry) => sameText(entry, given, name))).find(
    Boolean,
  );
  if (!known) return added(manifest, given, nowIso);
  const entry = textAt(known, 'training_id') === undefined ? updated(known, given) : filled(known, given);
  return { manifest: withVersion(manifest, entry, known), entry };
}

function sameText(entry: JsonObject, given: JsonObject, name: string): boolean {
  const value = textAt(entry, name);
  return value !== undefined && value === textAt(given, name);
}

/** Only we write a `training_id`, and only a person's judgement makes a version good. */
function added(manifest: Manifest, given: JsonObject, nowIso: string): Changed {
  const { training_id: _, ...fields } = given as JsonObject & { readonly training_id?: unknown };
  const name = textAt(given, 'name') ?? nameFor(manifest, {});
  const id = textAt(given, 'id') ?? `${toModelName(manifest.subject, name)}_${nowIso.replace(/\D/g, '')}`;
  const entry = { timestamp: nowIso, ...fields, id, name, good: false };
  return { manifest: withVersion(manifest, entry), entry };
}

function updated(known: JsonObject, given: JsonObject): JsonObject {
  const {
    good: _,
    id: __,
    training_id: ___,
    ...fields
  } = given as Readonly<Record<'good' | 'id' | 'training_id', unknown>>;
  return { ...known, ...fields };
}

function filled(known: JsonObject, given: JsonObject): JsonObject {
  const empty = Object.entries(given).filter(
    ([name]) =>
      !NEVER_FILLED.includes(name) &&
      (known[name] === undefined || known[name] === null || known[name] === ''),
  );
  return { ...known, ...Object.fromEntries(empty) };
}
