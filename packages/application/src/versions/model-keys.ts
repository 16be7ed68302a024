import {
  type Attempt,
  DEFAULT_MODEL_KEY_TEMPLATE,
  fillKeyTemplate,
  findPathKeyFault,
  isReservedKey,
  type KeyFacts,
  matchesKeyTemplate,
  OWN_OUTPUT_KEY,
  type Training,
  type TrainingRequest,
  toKeyValues,
  toModelName,
  toOutputName,
} from '@trainyard/domain';
import type { ApplicationSettings } from '../deps.ts';

/** The model name of an attempt: the name that the caller gave, otherwise the name of its subject and version. */
function chooseModelName(
  { subject, modelName: given, versionName: wanted }: TrainingRequest,
  versionName: string,
): string {
  if (given !== undefined) return given;
  return toModelName(subject, subject.kind === 'style' && wanted === undefined ? undefined : versionName);
}

/** The readable name of a training's model file, as manifests and downloads carry it: `actor_0019_V7.safetensors`. */
export function toModelFileName({ request, versionName }: Pick<Training, 'request' | 'versionName'>): string {
  const name = request.modelName ?? toModelName(request.subject, versionName);
  return `${name.replaceAll(/[\\/\p{Cc}]/gu, '_')}.safetensors`;
}

/** An attempt with the facts of its training that its keys are made of. */
export interface KeyedAttempt {
  readonly id: string;
  readonly request: Pick<TrainingRequest, 'subject'>;
  readonly attempt: Pick<Attempt, 'number' | 'modelName' | 'versionName' | 'outputName' | 'outputKey'>;
}

/** The facts of an attempt that its keys and its output folder are made of. */
export function toKeyFacts({ id, request, attempt }: KeyedAttempt): KeyFacts {
  const { number, modelName, versionName, outputName } = attempt;
  return { trainingId: id, attempt: number, subject: request.subject, modelName, versionName, outputName };
}

/** The names of an attempt that is known by its number and version alone, by the present settings. */
export function toAttemptNames(
  { id, request }: Pick<Training, 'id' | 'request'>,
  { number, versionName }: Pick<Attempt, 'number' | 'versionName'>,
  { containerOutputDir }: Pick<ApplicationSettings, 'containerOutputDir'>,
): Pick<Attempt, 'modelName' | 'outputName'> {
  const modelName = chooseModelName(request, versionName);
  const facts = { trainingId: id, attempt: number, subject: request.subject, modelName, versionName };
  const outputName = toOutputName(facts, request, containerOutputDir);
  return { modelName, ...(outputName !== modelName && { outputName }) };
}

/**
 * The keys of the object store at which the templates of `OUTPUT_LOOKUP` expect the model of an attempt, in order and
 * once each. A key that no object can have, or that is in a folder of documents, is left out.
 */
export function listLookupKeys(search: KeyedAttempt, templates: readonly string[]): readonly string[] {
  const values = toKeyValues(toKeyFacts(search));
  const keys = templates.map((template) =>
    template === OWN_OUTPUT_KEY ? search.attempt.outputKey : fillKeyTemplate(template, values),
  );
  return [...new Set(keys)].filter((key) => findPathKeyFault(key) === undefined && !isReservedKey(key));
}

/**
 * Whether `MODEL_KEY_TEMPLATE` or `OUTPUT_LOOKUP` gives the key to some attempt. The default template counts always,
 * since earlier attempts may have used it.
 */
export function isAssignedKey(
  { modelKeyTemplate, outputLookup }: Pick<ApplicationSettings, 'modelKeyTemplate' | 'outputLookup'>,
  key: string,
): boolean {
  return [DEFAULT_MODEL_KEY_TEMPLATE, modelKeyTemplate, ...outputLookup].some(
    (template) => template !== OWN_OUTPUT_KEY && matchesKeyTemplate(template, key),
  );
}
