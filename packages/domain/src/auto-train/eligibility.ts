import type { Failure, FailureClass } from '../failure/failure.ts';

/** The facts about an actor that decide its eligibility for auto-train (docs/concepts/auto-train.md). */
export interface CandidateFacts {
  readonly trainingDataGood: boolean;
  readonly customModelsGood: boolean;
  readonly imageCount: number;
  readonly synced: boolean;
  /** Whether a training of this actor is not terminal. */
  readonly hasLiveTraining: boolean;
  /** Digest of the present data; absent when the data was not read. */
  readonly dataDigest?: string;
  readonly versions: readonly CandidateVersion[];
}

/** The facts about a version in the actor's history. */
export interface CandidateVersion {
  readonly status: string;
  readonly good: boolean;
  /** Whether a reviewer marked the model as good or as not good. */
  readonly judged?: boolean;
  readonly dataDigest?: string;
  /** The failure of a version with status `failed`; absent in entries that no training wrote. */
  readonly failure?: VersionFailure;
}

/** The failure of a training as its version records it. `paid`: a worker executed a run of the training. */
export type VersionFailure = Pick<Failure, 'class' | 'code'> & { readonly paid: boolean };

/** The reasons why an actor is not eligible, with their messages; the first four are those of the legacy tools. */
export const INELIGIBILITY_REASONS = {
  data_not_reviewed: 'training data not marked as good',
  has_good_model: 'already has good custom model',
  no_images: 'no training images',
  not_synced: 'training data not synced to S3',
  live_training: 'a training is already under way',
  awaiting_review: 'a model of the same data awaits review',
  repeated_failures: 'two paid trainings of the same data failed',
} as const;
/** The code of a reason. */
export type IneligibilityReason = keyof typeof INELIGIBILITY_REASONS;

/** The reasons that no longer hold once the images changed. Only for these the images are read. */
const DATA_REASONS: readonly IneligibilityReason[] = ['awaiting_review', 'repeated_failures'];

/**
 * Finds all reasons why auto-train does not train an actor; an empty list means eligible. A version without a digest is
 * imported history and causes neither `awaiting_review` nor `repeated_failures`: its data is unknown.
 */
export function findIneligibilityReasons(
  facts: CandidateFacts,
  options: { readonly includeUnreviewed?: boolean } = {},
): readonly IneligibilityReason[] {
  const awaitsReview = filterSameData(facts, 'completed').some((version) => !version.good && !version.judged);
  const failures = filterSameData(facts, 'failed').filter(countsAgainstData).length;
  const rules: readonly (readonly [boolean, IneligibilityReason])[] = [
    [!facts.trainingDataGood, 'data_not_reviewed'],
    [facts.customModelsGood, 'has_good_model'],
    [facts.imageCount <= 0, 'no_images'],
    [!facts.synced, 'not_synced'],
    [facts.hasLiveTraining, 'live_training'],
    [awaitsReview && !options.includeUnreviewed, 'awaiting_review'],
    [failures >= MAX_SAME_DATA_FAILURES, 'repeated_failures'],
  ];
  return rules.filter(([broken]) => broken).map(([, reason]) => reason);
}

/** Whether the eligibility depends on the digest of the data: all reasons disappear if the data has changed. */
export function dependsOnData(reasons: readonly IneligibilityReason[]): boolean {
  return reasons.length > 0 && reasons.every((reason) => DATA_REASONS.includes(reason));
}

/** The classes of failures that the same data may cause again. An exceeded execution timeout has class `timeout`. */
const DATA_FAILURES: ReadonlySet<FailureClass> = new Set(['data', 'out_of_memory', 'unknown', 'timeout']);

/**
 * Whether a failure may repeat with the same data: a run was paid and its class depends on the data. Faults of the
 * installation (classes `provider` and `configuration`, a missing output) are never charged to an actor.
 */
function countsAgainstData({ failure }: CandidateVersion): boolean {
  if (!failure?.paid) return false;
  return failure.code !== 'output_missing' && DATA_FAILURES.has(failure.class);
}

/** Number of failures of the same data from which auto-train skips the actor. */
export const MAX_SAME_DATA_FAILURES = 2;

function filterSameData(facts: CandidateFacts, status: string): readonly CandidateVersion[] {
  return facts.versions.filter(
    (version) =>
      version.status === status &&
      version.dataDigest !== undefined &&
      (facts.dataDigest === undefined || version.dataDigest === facts.dataDigest),
  );
}
