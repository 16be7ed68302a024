import { type GoodFlags, VersionNotFoundError } from '@trainyard/application';
import type { JsonObject } from '../document.ts';
import type { ManifestChange } from './entries.ts';
import { getText, getVersionId, type Manifest } from './manifest.ts';

/** Returns the flags of the subject; a flag that the manifest does not set is undefined. */
export function getGoodFlags({ document }: Manifest): GoodFlags {
  const getFlag = (name: string) => (typeof document[name] === 'boolean' ? document[name] : undefined);
  return { trainingDataGood: getFlag('training_data_good'), customModelsGood: getFlag('custom_models_good') };
}

/**
 * Marks a version as the only good version of its subject, or removes the mark; the models and the subject's
 * flag follow. Throws {@link VersionNotFoundError}.
 */
export function markVersionGood(manifest: Manifest, id: string, good: boolean): ManifestChange {
  const chosen = manifest.versions.findIndex((entry) => getVersionId(entry) === id);
  if (chosen < 0) throw new VersionNotFoundError(manifest.subject, id);
  const versions = manifest.versions.map((entry, index) => {
    if (index === chosen) return markJudged(setGood(entry, good));
    return good ? setGood(entry, false) : entry;
  });
  const entry = versions[chosen] ?? {};
  const models = manifest.models.map((model) => {
    if (isModelForVersion(model, entry)) return setGood(model, good);
    return good ? setGood(model, false) : model;
  });
  // Other tools may write the flag as text.
  const anyGood = versions.some((one) => String(one['good']) === 'true');
  const document = { ...manifest.document, custom_models_good: anyGood };
  return { manifest: { ...manifest, document, versions, models }, entry };
}

/** Sets the flag of the subject's training data. */
export function setDataFlag(manifest: Manifest, good: boolean): Manifest {
  return { ...manifest, document: { ...manifest.document, training_data_good: good } };
}

/** Sets the flag of the subject's models; without it no version is good. */
export function setModelsFlag(manifest: Manifest, good: boolean): Manifest {
  const document = { ...manifest.document, custom_models_good: good };
  if (good) return { ...manifest, document };
  const versions = manifest.versions.map((entry) => setGood(entry, false));
  return { ...manifest, document, versions, models: manifest.models.map((model) => setGood(model, false)) };
}

/**
 * An operator has reviewed the model, even if it is not good: it no longer awaits review
 * (docs/concepts/auto-train.md).
 */
function markJudged(entry: JsonObject): JsonObject {
  return entry['judged'] === true ? entry : { ...entry, judged: true };
}

function setGood(entry: JsonObject, good: boolean): JsonObject {
  return Boolean(entry['good']) === good ? entry : { ...entry, good };
}

/** Matches by training id, or by version name for models of legacy tools. */
function isModelForVersion(model: JsonObject, entry: JsonObject): boolean {
  const trainingId = getText(model, 'training_id');
  if (trainingId !== undefined) return trainingId === getText(entry, 'training_id');
  const version = getText(model, 'version');
  return version !== undefined && version === getText(entry, 'name');
}
