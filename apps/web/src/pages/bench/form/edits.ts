import type { TrainingRequestBody } from '@trainyard/contracts';
import type { HyperparameterField } from './queries.ts';

/** Values of a form as a person typed them. An absent value is the recommended one. */
export interface Edits {
  readonly policy?: string;
  /** Edited hyperparameters by name, as typed. */
  readonly values: Readonly<Record<string, string | boolean>>;
  readonly trigger?: string;
  readonly version?: string;
  readonly notes?: string;
  readonly budget?: string;
  readonly onBudget?: 'hold' | 'reject';
  readonly pictures: boolean;
  readonly prompts?: readonly string[];
  /** Images of the run whose values fill the form, while they differ from those of the actor. */
  readonly images?: readonly string[];
  /** The run whose values fill the form, with the opening that filled it. */
  readonly source?: { readonly id: string; readonly name: string; readonly opening: string };
}

/** The form of an actor without edits: sample pictures are on. */
export const NO_EDITS: Edits = { values: {}, pictures: true };

const KEY = 'trainyard.edits.';

/** The edits of an actor that this browser keeps. */
export function readEdits(actorId: string): Edits {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY + actorId) ?? 'null');
    return isEdits(stored) ? stored : NO_EDITS;
  } catch {
    return NO_EDITS;
  }
}

function isEdits(stored: unknown): stored is Edits {
  if (typeof stored !== 'object' || stored === null) return false;
  const { values, pictures } = stored as Partial<Edits>;
  return typeof values === 'object' && values !== null && typeof pictures === 'boolean';
}

/** Keeps the edits of an actor in this browser; a form without edits keeps nothing. */
export function saveEdits(actorId: string, edits: Edits): void {
  try {
    if (countEdits(edits) === 0 && !edits.source) localStorage.removeItem(KEY + actorId);
    else localStorage.setItem(KEY + actorId, JSON.stringify(edits));
  } catch {
    // A browser without storage keeps the edits until the page is left.
  }
}

const TEXT_FIELDS = ['policy', 'trigger', 'version', 'notes', 'budget', 'onBudget', 'prompts'] as const;

/** Number of edited parameters. */
export function countEdits(edits: Edits): number {
  const others = TEXT_FIELDS.filter((name) => edits[name] !== undefined).length;
  return Object.keys(edits.values).length + others + (edits.pictures ? 0 : 1);
}

/** Changes one hyperparameter; undefined takes the edit back. */
export function withValue(edits: Edits, name: string, value: string | boolean | undefined): Edits {
  const { [name]: _, ...others } = edits.values;
  return { ...edits, values: value === undefined ? others : { ...others, [name]: value } };
}

/** Takes back the edits whose value is what the form shows without them. */
export function withoutEqualValues(
  edits: Edits,
  baseline: Readonly<Record<string, string | number | boolean>>,
): Edits {
  const entries = Object.entries(edits.values);
  const kept = entries.filter(([name, value]) => !isSameValue(value, baseline[name]));
  return kept.length === entries.length ? edits : { ...edits, values: Object.fromEntries(kept) };
}

/** Whether a typed value equals a value of the API; an empty field equals every value, since it sends none. */
export function isSameValue(typed: string | boolean, value: string | number | boolean | undefined): boolean {
  if (typed === '') return true;
  return typeof value === 'number' ? Number(typed) === value : typed === value;
}

/** The body that the edits stand for. A value that is no number is sent as typed, so that the API names its fault. */
export function toRequestBody(
  actorId: string,
  edits: Edits,
  fields: readonly HyperparameterField[],
): TrainingRequestBody {
  const { policy, trigger, version, notes, budget, onBudget, pictures, prompts, images } = edits;
  const types = new Map(fields.map(({ name, bound }) => [name, bound.type]));
  const values = Object.entries(edits.values).filter(([, value]) => value !== '');
  const hyperparameters = Object.fromEntries(
    values.map(([name, value]) => [name, toWireValue(value, types.get(name))]),
  );
  const body = {
    ...{ policy, trigger, images, version_name: version, description: notes },
    budget_usd: budget ? (toWireValue(budget, 'number') as number) : undefined,
    on_budget: budget ? onBudget : undefined,
    hyperparameters: values.length === 0 ? undefined : hyperparameters,
    sample_prompts: pictures ? prompts?.filter((prompt) => prompt.trim() !== '') : undefined,
  };
  const given = Object.entries(body).filter(([, value]) => value !== undefined && value !== '');
  return {
    kind: 'actor',
    subject_id: actorId,
    validation: pictures,
    ...(Object.fromEntries(given) as Partial<TrainingRequestBody>),
  };
}

function toWireValue(value: string | boolean, type: string | undefined): string | number | boolean {
  const isNumber = type === 'integer' || type === 'number';
  if (typeof value === 'boolean' || !isNumber || !Number.isFinite(Number(value))) return value;
  return Number(value);
}
