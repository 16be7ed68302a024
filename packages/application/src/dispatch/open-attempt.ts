import { type Attempt, datasetErrors, type Failure, type Queued } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { Submission } from '../ports/provider.ts';
import { type DispatchOutcome, exceedsTrainingBudget } from './outcome.ts';
import { type PlanDeps, type PlanInput, planAttempt } from './plan-attempt.ts';
import { buildSubmission } from './submission.ts';

/** The ports of an opened attempt. */
export type OpenAttemptDeps = PlanDeps & Pick<Deps, 'objects' | 'workflows'>;

/** An attempt that is ready for its slot, or the outcome of a dispatch that ends here. */
export type PrepareResult =
  | { readonly kind: 'ready'; readonly attempt: Attempt; readonly submission: Submission }
  | Extract<DispatchOutcome, { kind: 'failed' | 'snoozed' | 'held' }>;

/**
 * Plans the attempt with its version, then builds the request and compares the expected cost with the training's
 * budget. A faulty dataset opens its version too: auto-train counts failures by the digest in the version.
 * Throws InvalidWorkflowError when the workflow does not fit the container, and the errors of `planAttempt`.
 */
export async function openAttempt(
  deps: OpenAttemptDeps,
  training: Queued,
  input: PlanInput,
): Promise<PrepareResult> {
  const attempt = await planAttempt(deps, training, input);
  const errors = datasetErrors(input.dataset.report);
  if (errors.length > 0) {
    const code = errors.some((each) => each.code === 'image_missing') ? 'object_missing' : 'dataset';
    return failPreparation('data', code, errors.map(({ message }) => message).join('; '));
  }
  const submission = await buildSubmission(deps, training, { attempt, dataset: input.dataset });
  return exceedsTrainingBudget(training, attempt)
    ? { kind: 'held', attempt }
    : { kind: 'ready', attempt, submission };
}

/** Creates the outcome of a training that fails before its submission. */
export function failPreparation(cls: Failure['class'], code: string, message: string): PrepareResult {
  return { kind: 'failed', failure: { class: cls, code, message } };
}
