import type { Version } from '../../api/resources/versions.ts';

/** Verdict on a version: true for good, false for not good, null for none. */
export interface VerdictChange {
  readonly version_id: string;
  readonly good: boolean | null;
  /** Confirms a good model whose file was not verified. */
  readonly unverified?: true;
}

/** The versions after verdicts, as the API records them: a good version is the only one of its subject. */
export function applyVerdicts(
  versions: readonly Version[],
  changes: readonly VerdictChange[],
): readonly Version[] {
  const hasGood = changes.some(({ good }) => good === true);
  return versions.map((version) => {
    const change = changes.find(({ version_id: id }) => id === version.id);
    if (change) return withVerdict(version, change.good);
    return hasGood && version.verdict === 'good' ? withVerdict(version, false) : version;
  });
}

function withVerdict(version: Version, good: boolean | null): Version {
  if (good === null) return { ...version, good: false, verdict: null, awaiting_review: isOwn(version) };
  return { ...version, good, verdict: good ? 'good' : 'not_good', awaiting_review: false };
}

/** Only a completed version of a training awaits a verdict; imported ones do not. */
function isOwn({ status, data_digest: digest }: Version): boolean {
  return status === 'completed' && digest !== undefined;
}

/** The verdicts that restore the versions that `changes` would change. */
export function invertVerdicts(
  versions: readonly Version[],
  changes: readonly VerdictChange[],
): readonly VerdictChange[] {
  const after = applyVerdicts(versions, changes);
  return versions
    .filter((version, at) => version.verdict !== after[at]?.verdict)
    .map(({ id, verdict, verified }) => ({
      version_id: id,
      good: verdict === null ? null : verdict === 'good',
      ...(verdict === 'good' && verified === false && { unverified: true as const }),
    }));
}

/** The other version of the list that is good; undefined without one. */
export function findGoodVersion(versions: readonly Version[], except: Version): Version | undefined {
  return versions.find(({ id, verdict }) => verdict === 'good' && id !== except.id);
}
