import { type Finding, INELIGIBILITY_REASONS, type IneligibilityReason } from '@trainyard/domain';
import { BudgetExceededError } from '../budgets/errors.ts';
import {
  CorruptDocumentError,
  DatasetRefusedError,
  InvalidRequestError,
  ObjectStoreError,
  SubjectNotFoundError,
} from '../errors.ts';
import { CatalogueEntryUnreadableError, SubjectAmbiguousError } from '../ports/storage/entry-fault.ts';

/** The reason for which auto-train skips an actor: a stable code and a message for operators. */
export interface SkipReason {
  readonly code: SkipCode;
  readonly message: string;
}

/** All rules of eligibility with their texts. */
export const ELIGIBILITY_RULES = {
  ...INELIGIBILITY_REASONS,
  dataset_errors: 'the data have known errors',
} as const;

/** Reasons of a run, in addition to the rules of eligibility. */
const OTHER_REASONS = {
  limit: 'the limit of this run is reached',
  budget: 'the remaining budget of the run is too small',
  cancelled: 'the run was cancelled before this actor was enqueued',
  subject_not_found: 'the catalogue has no such actor',
} as const;

type SkipCode =
  | keyof typeof ELIGIBILITY_RULES
  | keyof typeof OTHER_REASONS
  /** The manifest of the actor is unreadable. */
  | 'history_unreadable'
  /** The catalogue has several entries of the actor, or its manifests differ. */
  | 'subject_ambiguous'
  /** An image address in the catalogue is malformed or refused. */
  | 'data_unreadable';

/** Returns the reason with its default message. */
export function toSkipReason(code: IneligibilityReason | keyof typeof OTHER_REASONS): SkipReason {
  return {
    code,
    message: { ...INELIGIBILITY_REASONS, ...OTHER_REASONS }[code],
  };
}

/** The longest message of known errors; the report names them all. */
const MAX_DATASET_MESSAGE = 500;

/** The reason of data with known errors. */
export function toDatasetReason(errors: readonly Pick<Finding, 'message'>[]): SkipReason {
  const text = errors.map(({ message }) => message).join('; ');
  const isLong = text.length > MAX_DATASET_MESSAGE;
  const shown = isLong ? `${text.slice(0, MAX_DATASET_MESSAGE).toWellFormed()}…` : text;
  return { code: 'dataset_errors', message: `data error: ${shown}` };
}

/** Maps an error that concerns a single actor to a reason to skip it; undefined for every other error. */
export function skipReasonFromError(error: unknown): SkipReason | undefined {
  if (error instanceof DatasetRefusedError) return toDatasetReason(error.findings);
  if (error instanceof BudgetExceededError) return toSkipReason('budget');
  if (error instanceof CorruptDocumentError) return { code: 'history_unreadable', message: error.message };
  if (error instanceof SubjectAmbiguousError) return { code: error.code, message: error.message };
  if (error instanceof SubjectNotFoundError) return toSkipReason('subject_not_found');
  if (error instanceof CatalogueEntryUnreadableError)
    return { code: 'data_unreadable', message: error.message };
  if (error instanceof InvalidRequestError || error instanceof ObjectStoreError)
    return { code: 'data_unreadable', message: error.message };
  return undefined;
}
