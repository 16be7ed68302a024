/** What auto-train needs to know of an actor (SPEC §8). */
export interface CandidateFacts {
  readonly trainingDataGood: boolean;
  readonly customModelsGood: boolean;
  readonly imageCount: number;
  readonly synced: boolean;
  /** A training of this actor has not come to its end. */
  readonly hasLiveTraining: boolean;
  /** Digest of the data as it is now, absent when it was not looked at. */
  readonly dataDigest?: string;
  readonly versions: readonly CandidateVersion[];
}

/** A version in the actor's history, as far as it matters here. */
export interface CandidateVersion {
  readonly status: string;
  readonly good: boolean;
  /** Whether a person said of this model that it is good, or that it is not. */
  readonly judged?: boolean;
  readonly dataDigest?: string;
}

/** Why an actor is left out, with the words of seed 002 where it has them. */
export const INELIGIBILITY_REASONS = {
  data_not_reviewed: 'training data not marked as good',
  has_good_model: 'already has good custom model',
  no_images: 'no training images',
  not_synced: 'training data not synced to S3',
  live_training: 'a training is already under way',
  awaiting_review: 'a model of the same data awaits review',
  repeated_failures: 'two trainings of the same data failed',
} as const;
export type IneligibilityReason = keyof typeof INELIGIBILITY_REASONS;

/** Reasons that new data would take away: only these need the data to be looked at. */
const DATA_REASONS: readonly IneligibilityReason[] = ['awaiting_review', 'repeated_failures'];

/**
 * Every reason against training this actor by itself; an empty list means eligible (SPEC §8).
 * A version without a digest is taken to be of the same data: when in doubt nothing is paid for.
 */
export function findIneligibilityReasons(
  facts: CandidateFacts,
  options: { readonly includeUnreviewed?: boolean } = {},
): readonly IneligibilityReason[] {
  const awaitsReview = filterSameData(facts, 'completed').some((version) => !version.good && !version.judged);
  const failures = filterSameData(facts, 'failed').length;
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

/** Whether the data decide: nothing else speaks against the actor, and its history would if they are the same. */
export function dependsOnData(reasons: readonly IneligibilityReason[]): boolean {
  return reasons.length > 0 && reasons.every((reason) => DATA_REASONS.includes(reason));
}

/** How often the same data may fail before auto-train leaves it alone. */
export const MAX_SAME_DATA_FAILURES = 2;

function filterSameData(facts: CandidateFacts, status: string): readonly CandidateVersion[] {
  return facts.versions.filter(
    (version) =>
      version.status === status &&
      (facts.dataDigest === undefined ||
        version.dataDigest === undefined ||
        version.dataDigest === facts.dataDigest),
  );
}
