import type { Subject, Verdict } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import {
  InvalidRequestError,
  NotCompletedError,
  SubjectNotFoundError,
  VersionNotFoundError,
} from '../errors.ts';
import type { VersionEntry } from '../ports/storage/manifests.ts';
import { VersionNotVerifiedError } from './errors.ts';

type MarkGoodDeps = Pick<Deps, 'manifests' | 'catalogue'>;

/** A verdict on a version, which is named by its id, its name or its training. */
export interface VerdictRequest {
  readonly versionId: string;
  /** True: good. False: not good. Null: the verdict is taken back. */
  readonly good: boolean | null;
  /** Confirms a good model that Trainyard could not verify. */
  readonly unverified?: boolean;
}

/** Records the verdict on a single version. Throws the errors of {@link recordVerdicts}. */
export async function markGood(
  deps: MarkGoodDeps,
  subject: Subject,
  request: VerdictRequest,
): Promise<VersionEntry> {
  const [version] = await recordVerdicts(deps, subject, [request]);
  if (!version) throw new VersionNotFoundError(subject, request.versionId);
  return version;
}

/**
 * Records the verdicts on many versions of a subject, all or none. A good version becomes the subject's only one. The
 * manifest is written first; the catalogue's flag is a projection of it, and `trainyard repair` restores it after a crash
 * between the two writes (I5). Throws SubjectNotFoundError, VersionNotFoundError, InvalidRequestError for several good
 * versions or two verdicts on one, NotCompletedError for a good version that is not completed, and VersionNotVerifiedError for
 * a good version without a verified model, unless `unverified` confirms that.
 */
export async function recordVerdicts(
  deps: MarkGoodDeps,
  subject: Subject,
  requests: readonly VerdictRequest[],
): Promise<readonly VersionEntry[]> {
  if (!(await deps.catalogue.hasSubject(subject))) throw new SubjectNotFoundError(subject);
  const versions = await deps.manifests.listVersions(subject);
  const judged = requests.map((request) => ({
    ...request,
    version: findVersion(versions, subject, request.versionId),
  }));
  for (const { good, version, unverified } of judged) if (good) assertMayBeGood(version, unverified === true);
  assertConsistent(judged);
  const verdicts = new Map(judged.map(({ good, version }) => [version.id, parseVerdict(good)]));
  const updated = await deps.manifests.setVerdicts(subject, verdicts);
  await projectFlag({
    read: async () => (await deps.manifests.listVersions(subject)).some((each) => each.good),
    write: (anyGood) =>
      subject.kind === 'actor'
        ? deps.catalogue.setActorFlags(subject.id, { customModelsGood: anyGood })
        : deps.catalogue.setStyleGood(subject.id, anyGood),
  });
  return updated;
}

function parseVerdict(good: boolean | null): Verdict | null {
  if (good === null) return null;
  return good ? 'good' : 'not_good';
}

function assertMayBeGood(version: VersionEntry, unverified: boolean): void {
  if (version.status !== 'completed') throw new NotCompletedError(version.name, version.status);
  if (version.verified === false && !unverified)
    throw new VersionNotVerifiedError(version.name, version.loraUrl);
}

type JudgedVersion = VerdictRequest & { readonly version: VersionEntry };

/** Throws InvalidRequestError for several good versions, or for two verdicts on one version. */
function assertConsistent(judged: readonly JudgedVersion[]): void {
  const ids = judged.map(({ version }) => version.id);
  const twice = judged.find(({ version }, index) => ids.indexOf(version.id) !== index);
  if (twice)
    throw new InvalidRequestError([
      { path: 'versions', message: `names version ${twice.version.name} twice` },
    ]);
  const names = judged.filter(({ good }) => good).map(({ version }) => version.name);
  if (names.length > 1)
    throw new InvalidRequestError([
      {
        path: 'versions',
        message: `marks ${names.join(' and ')} good; a subject has at most one good version`,
      },
    ]);
}

function findVersion(versions: readonly VersionEntry[], subject: Subject, name: string): VersionEntry {
  const version = versions.find(
    (each) => each.id === name || each.name === name || each.training_id === name,
  );
  if (!version) throw new VersionNotFoundError(subject, name);
  return version;
}

interface FlagProjection {
  /** Reads the current flag from the manifest. */
  read(): Promise<boolean>;
  write(good: boolean): Promise<void>;
}

/**
 * Copies the manifest's flag into the catalogue, and repeats that until the manifest is unchanged after the
 * write: with concurrent operators, the last write to the catalogue follows the last read of the manifest.
 */
async function projectFlag({ read, write }: FlagProjection): Promise<void> {
  let written: boolean | undefined;
  for (let good = await read(); good !== written; good = await read()) {
    await write(good);
    written = good;
  }
}

/**
 * Sets whether an actor's training data were reviewed and found good; reversible. Throws
 * SubjectNotFoundError.
 */
export async function markTrainingDataGood(
  deps: MarkGoodDeps,
  actorId: string,
  good: boolean,
): Promise<void> {
  const subject = { kind: 'actor', id: actorId } as const;
  if (!(await deps.catalogue.hasSubject(subject))) throw new SubjectNotFoundError(subject);
  await deps.manifests.setTrainingDataGood(subject, good);
  await projectFlag({
    read: async () => (await deps.manifests.getGoodFlags(subject)).trainingDataGood ?? good,
    write: (trainingDataGood) => deps.catalogue.setActorFlags(actorId, { trainingDataGood }),
  });
}
