/** The verdicts of a person about a model. */
export const VERDICTS = ['good', 'not_good'] as const;
/** The verdict of a person about a model. */
export type Verdict = (typeof VERDICTS)[number];

/**
 * Whether a version is ready for its verdict: it is completed, without one, and has the data digest that its training wrote.
 * A completed version without a digest is imported history.
 */
export function awaitsReview(version: {
  readonly status: string;
  readonly good: boolean;
  readonly judged?: boolean | undefined;
  readonly data_digest?: string | undefined;
}): boolean {
  return version.status === 'completed' && toVerdict(version) === null && version.data_digest !== undefined;
}

/** Returns the verdict on a version; null for a version that no person has judged. */
export function toVerdict(version: {
  readonly good: boolean;
  readonly judged?: boolean | undefined;
}): Verdict | null {
  if (version.good) return 'good';
  return version.judged === true ? 'not_good' : null;
}
