import { type Judgement, VersionNotFoundError } from '@trainyard/application';
import type { JsonObject } from '../documents/document.ts';
import type { Changed } from './entries.ts';
import { type Manifest, textAt, versionId } from './manifest.ts';

/**
 * Makes one version the only good one of its subject, or takes that back; models and the subject's flag follow.
 * Throws {@link VersionNotFoundError}.
 */
export function judgeVersion(manifest: Manifest, id: string, good: boolean): Changed {
  const chosen = manifest.versions.findIndex((entry) => versionId(entry) === id);
  if (chosen < 0) throw new VersionNotFoundError(manifest.subject, id);
  const versions = manifest.versions.map((entry, index) => {
    if (index === chosen) return judged(marked(entry, good));
    return good ? marked(entry, false) : entry;
  });
  const entry = versions[chosen] ?? {};
  const models = manifest.models.map((model) => {
    if (isModelOf(model, entry)) return marked(model, good);
    return good ? marked(model, false) : model;
  });
  const anyGood = versions.some((one) => one['good'] === true);
  const document = { ...manifest.document, custom_models_good: anyGood };
  return { manifest: { ...manifest, document, versions, models }, entry };
}

/** What the manifest says of its subject as a whole. */
export function judgementOf({ document }: Manifest): Judgement {
  const said = (name: string) => (typeof document[name] === 'boolean' ? document[name] : undefined);
  return { trainingDataGood: said('training_data_good'), customModelsGood: said('custom_models_good') };
}

/** Also a model that is not good was judged: it awaits no review any more (SPEC §8). */
function judged(entry: JsonObject): JsonObject {
  return entry['judged'] === true ? entry : { ...entry, judged: true };
}

function marked(entry: JsonObject, good: boolean): JsonObject {
  return Boolean(entry['good']) === good ? entry : { ...entry, good };
}

/** By training, or by version name for models older than our own entries. */
function isModelOf(model: JsonObject, entry: JsonObject): boolean {
  const trainingId = textAt(model, 'training_id');
  if (trainingId !== undefined) return trainingId === textAt(entry, 'training_id');
  const version = textAt(model, 'version');
  return version !== undefined && version === textAt(entry, 'name');
}
