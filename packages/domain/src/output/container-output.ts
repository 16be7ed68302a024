import type { TrainingRequest } from '../training/state/training.ts';
import {
  fillKeyTemplate,
  findPlaceholderFault,
  type KeyFacts,
  type KeyValues,
  toKeyValues,
  toPathPart,
} from './key-template.ts';

/** The default of `CONTAINER_OUTPUT_DIR`: every attempt has a folder of its own. */
export const DEFAULT_OUTPUT_DIR_TEMPLATE = '/output/{training_id}/attempt-{attempt}';

/** The placeholders of `CONTAINER_OUTPUT_DIR`. */
export const OUTPUT_DIR_PLACEHOLDERS = [
  'training_id',
  'attempt',
  'model_name',
  'kind',
  'subject_id',
  'version',
] as const;

/** The fault of a template of `CONTAINER_OUTPUT_DIR`, or undefined. A template without placeholders is a fixed folder. */
export function findOutputDirFault(template: string): string | undefined {
  const fault = findPlaceholderFault(template, { allowed: OUTPUT_DIR_PLACEHOLDERS });
  if (fault !== undefined) return fault;
  if (!template.startsWith('/')) return 'it must be an absolute path';
  if (template.trim() !== template || /\p{Cc}/u.test(template))
    return 'it holds a blank at its end or a control character';
  const parts = template.replace(/\/+$/, '').split('/').slice(1);
  return parts.length === 0 || parts.some((part) => part === '' || part === '.' || part === '..')
    ? 'it holds an empty path part, . or ..'
    : undefined;
}

/** The output folder of an attempt in the container. The characters of a value that would change the path become `_`. */
export function toOutputDir(facts: KeyFacts, template: string): string {
  const values = Object.entries(toKeyValues(facts)).map(([name, value]) => [name, toPathPart(value)]);
  return fillKeyTemplate(template.replace(/\/+$/, ''), Object.fromEntries(values) as KeyValues);
}

/** The names that a caller may choose. */
type ChosenNames = Pick<TrainingRequest, 'versionName' | 'modelName'>;

/**
 * The name of an attempt's output file (`107.output_name`). It is the model name where every attempt has a folder of its
 * own. In a folder that runs share, later attempts get the suffix `-a{attempt}`, and a model name that no version makes
 * unique gets the last 8 characters of the training id.
 */
export function toOutputName(facts: KeyFacts, chosen: ChosenNames, template: string): string {
  const isolated = template.includes('{training_id}') && template.includes('{attempt}');
  if (isolated) return facts.modelName;
  const repeats =
    chosen.versionName === undefined && (facts.subject.kind === 'style' || chosen.modelName !== undefined);
  const unique = repeats ? `${facts.modelName}-${facts.trainingId.slice(-8)}` : facts.modelName;
  return facts.attempt > 1 ? `${unique}-a${facts.attempt}` : unique;
}
