import type { TrainingDetail } from '@trainyard/contracts';
import type { Version } from '../../../api/resources/versions.ts';
import type { Edits } from './edits.ts';

/** The run whose values fill the form. */
export interface Prefill {
  /** Id of the training, or of a version that no training made. */
  readonly id: string;
  /** Name of its version, or of the run. */
  readonly name: string;
  readonly edits: Edits;
  /** The failed run that a start repeats. */
  readonly retryOf?: string;
}

type Values = Readonly<Record<string, unknown>>;

/** Fills the form with the values of a training; a retry also with the changes that its failure suggests. */
export function prefillFromTraining(
  training: TrainingDetail,
  { names, images, isRetry }: PrefillFacts,
): Prefill {
  const { hyperparameters, trigger, validation, sample_prompts: prompts, next_step: step } = training;
  const changes = isRetry ? step?.changes : undefined;
  const name = training.version_name ?? 'the run';
  const isPlainPrompt = prompts.length === 1 && prompts[0] === trigger;
  return {
    ...{ id: training.id, name },
    edits: {
      policy: training.policy,
      values: toTypedValues({ ...hyperparameters, ...changes?.hyperparameters }, names),
      trigger,
      pictures: changes?.validation ?? validation,
      ...(!isPlainPrompt && prompts.length > 0 && { prompts }),
      ...(training.description !== null && { notes: training.description }),
      ...(!isSameList(training.images, images) && training.images.length > 0 && { images: training.images }),
    },
    ...(isRetry && { retryOf: training.id }),
  };
}

/** Fills the form with the parameters of a version that no training of this system made. */
export function prefillFromVersion(
  { id, name, parameters }: Version,
  { names }: Pick<PrefillFacts, 'names'>,
): Prefill {
  const trigger = parameters['class_tokens'];
  const edits: Edits = {
    values: toTypedValues(parameters, names),
    pictures: true,
    ...(typeof trigger === 'string' && trigger !== '' && { trigger }),
  };
  return { id, name, edits };
}

/** The facts that a prefill is compared with. */
export interface PrefillFacts {
  /** Names of the hyperparameters that the form has. */
  readonly names: readonly string[];
  /** Images of the actor. */
  readonly images: readonly string[];
  readonly isRetry: boolean;
}

function toTypedValues(parameters: Values, names: readonly string[]): Record<string, string | boolean> {
  const given = names.flatMap((name): (readonly [string, string | boolean])[] => {
    const value = parameters[name];
    if (typeof value === 'boolean' || typeof value === 'string') return [[name, value]];
    return typeof value === 'number' ? [[name, String(value)]] : [];
  });
  return Object.fromEntries(given);
}

function isSameList(first: readonly string[], second: readonly string[]): boolean {
  const known = new Set(second);
  return first.length === second.length && first.every((each) => known.has(each));
}
