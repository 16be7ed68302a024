import { INELIGIBILITY_REASONS, type IneligibilityReason } from '@trainyard/domain';
import { BudgetExceededError } from '../budgets/errors.ts';
import {
  CorruptDocumentError,
  InvalidRequestError,
  ObjectStoreError,
  SubjectNotFoundError,
} from '../errors.ts';

/** Why an actor is not trained by auto-train: a word for programs, and one for people. */
export interface SkipReason {
  readonly code: SkipCode;
  readonly message: string;
}

/** What a run says of an actor beside the rules of eligibility. */
const OTHER_REASONS = {
  limit: 'more are eligible than this run may train',
  budget: 'the budget of the run has no room for it',
  cancelled: 'the run was cancelled before its turn came',
  subject_not_found: 'there is no such actor in the catalogue',
} as const;

type SkipCode =
  | IneligibilityReason
  | keyof typeof OTHER_REASONS
  /** Its manifest cannot be read. */
  | 'history_unreadable'
  /** Its images cannot be read as the catalogue names them. */
  | 'data_unreadable';

/** A reason in its usual words. */
export function toSkipReason(code: IneligibilityReason | keyof typeof OTHER_REASONS): SkipReason {
  return {
    code,
    message: { ...INELIGIBILITY_REASONS, ...OTHER_REASONS }[code],
  };
}

/** What keeps one actor's data from being read, and nobody else from being trained; undefined for any other fault. */
export function skipReasonFromError(error: unknown): SkipReason | undefined {
  if (error instanceof BudgetExceededError) return toSkipReason('budget');
  if (error instanceof CorruptDocumentError) return { code: 'history_unreadable', message: error.message };
  if (error instanceof SubjectNotFoundError) return toSkipReason('subject_not_found');
  if (error instanceof InvalidRequestError || error instanceof ObjectStoreError)
    return { code: 'data_unreadable', message: error.message };
  return undefined;
}
