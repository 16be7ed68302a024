/** The verdicts of a person about a model. */
export const VERDICTS = ['good', 'not_good'] as const;
/** The verdict of a person about a model. */
export type Verdict = (typeof VERDICTS)[number];

/** Returns the verdict on a version; null for a version that no person has judged. */
export function toVerdict(version: {
  readonly good: boolean;
  readonly judged?: boolean | undefined;
}): Verdict | null {
  if (version.good) return 'good';
  return version.judged === true ? 'not_good' : null;
}
