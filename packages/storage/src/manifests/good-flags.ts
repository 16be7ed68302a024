import { type GoodFlags, VersionNotFoundError } from '@trainyard/application';
import type { Verdict } from '@trainyard/domain';
import type { JsonObject } from '../document.ts';
import { getText, getVersionId, type Manifest } from './manifest.ts';

/** Returns the flags of the subject; a flag that the manifest does not set is undefined. */
export function getGoodFlags({ document }: Manifest): GoodFlags {
  const getFlag = (name: string) => (typeof document[name] === 'boolean' ? document[name] : undefined);
  return { trainingDataGood: getFlag('training_data_good'), customModelsGood: getFlag('custom_models_good') };
}

/** A changed manifest, and the entries of the versions that were judged, in the order of the verdicts. */
export interface JudgedManifest {
  readonly manifest: Manifest;
  readonly entries: readonly JsonObject[];
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
 * Records verdicts by version id; null takes a verdict back. A good version replaces the good version before, which
 * becomes not good. The models and the subject's flag follow. Throws {@link VersionNotFoundError}.
 */
export function applyVerdicts(
  manifest: Manifest,
  verdicts: ReadonlyMap<string, Verdict | null>,
): JudgedManifest {
  const chosen = new Map(
    [...verdicts].map(([id, verdict]) => [findVersionIndex(manifest, id), verdict] as const),
  );
  const hasGood = [...chosen.values()].includes('good');
  const versions = manifest.versions.map((entry, index) => {
    const verdict = chosen.get(index);
    if (verdict !== undefined) return withVerdict(entry, verdict);
    return hasGood && isGood(entry) ? withVerdict(entry, 'not_good') : entry;
  });
  const isJudged = (entry: JsonObject, index: number): boolean =>
    chosen.has(index) || entry !== manifest.versions[index];
  const judged = versions.filter(isJudged);
  const models = manifest.models.map((model) => {
    const entry = judged.find((each) => isModelForVersion(model, each));
    if (entry) return setGood(model, isGood(entry));
    return hasGood ? setGood(model, false) : model;
  });
  const document = { ...manifest.document, custom_models_good: versions.some(isGood) };
  const entries = [...chosen.keys()].map((index) => versions[index] ?? {});
  return { manifest: { ...manifest, document, versions, models }, entries };
}

function findVersionIndex({ subject, versions }: Manifest, id: string): number {
  const index = versions.findIndex((entry) => getVersionId(entry) === id);
  if (index < 0) throw new VersionNotFoundError(subject, id);
  return index;
}

/** A judged version no longer awaits review, even if it is not good (docs/concepts/auto-train.md). */
function withVerdict(entry: JsonObject, verdict: Verdict | null): JsonObject {
  const marked = setGood(entry, verdict === 'good');
  if (verdict !== null) return marked['judged'] === true ? marked : { ...marked, judged: true };
  if (!('judged' in marked)) return marked;
  const { judged: _, ...rest } = marked as JsonObject & { readonly judged: unknown };
  return rest;
}

function setGood(entry: JsonObject, good: boolean): JsonObject {
  return isGood(entry) === good ? entry : { ...entry, good };
}

/** Other tools may write the flag as text or as a number. */
function isGood(entry: JsonObject): boolean {
  return ['true', '1'].includes(String(entry['good']).toLowerCase());
}

/** Matches by training id, or by version name for models of legacy tools. */
function isModelForVersion(model: JsonObject, entry: JsonObject): boolean {
  const trainingId = getText(model, 'training_id');
  if (trainingId !== undefined) return trainingId === getText(entry, 'training_id');
  const version = getText(model, 'version');
  return version !== undefined && version === getText(entry, 'name');
}
