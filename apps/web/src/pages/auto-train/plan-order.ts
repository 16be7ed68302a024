import type { CandidatesView } from '@trainyard/contracts';
import type { RunOrder } from '../../parts/start-run/plan.ts';
import type { AutoTrainSearch } from './search.ts';

/** What the form holds besides the address: actors chosen by hand, and the prompts of the sample pictures. */
export interface FormState {
  /** Undefined while the run chooses its actors itself. */
  readonly picked: ReadonlySet<string> | undefined;
  readonly prompts: readonly string[];
}

/** The order of the form. A limit is always sent unless all actors, or actors by hand, are chosen. */
export function toRunOrder(
  search: AutoTrainSearch,
  { picked, prompts }: FormState,
  { default_limit: defaultLimit }: Pick<CandidatesView, 'default_limit'>,
): RunOrder {
  const hasSamples = search.samples !== 'off';
  return {
    ...(picked || search.all ? { all: true } : { limit: search.limit ?? defaultLimit }),
    ...(picked && { actor_ids: [...picked].toSorted() }),
    ...(search.budget !== undefined && { budget_usd: search.budget }),
    ...(search.policy !== undefined && { policy: search.policy as NonNullable<RunOrder['policy']> }),
    ...(search.order !== undefined && { priority: search.order }),
    ...(search.unreviewed && { include_unreviewed: true }),
    validation: hasSamples,
    ...(hasSamples && prompts.length > 0 && { sample_prompts: [...prompts] }),
  };
}

const STORAGE_KEY = 'trainyard.auto-train.prompts';

/** The prompts as they were last typed in this browser, a line each. */
export function readStoredPrompts(): string {
  return localStorage.getItem(STORAGE_KEY) ?? '';
}

/** Keeps the prompts in this browser. */
export function storePrompts(text: string): void {
  localStorage.setItem(STORAGE_KEY, text);
}

/** The prompts of a text with a prompt a line. */
export function parsePrompts(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
