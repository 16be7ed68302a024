import type { Subject } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { NotCompletedError, SubjectNotFoundError, VersionNotFoundError } from '../errors.ts';
import type { VersionEntry } from '../ports/storage/manifests.ts';
import { VersionNotVerifiedError } from './errors.ts';

type MarkGoodDeps = Pick<Deps, 'manifests' | 'catalogue'>;

/**
 * Marks a version as the subject's only good version, or removes the mark. The manifest is written first; the
 * catalogue's flag is a projection of it, and `trainyard repair` restores it after a crash between the two
 * writes (I5). Throws SubjectNotFoundError, VersionNotFoundError, NotCompletedError for a version that is not completed,
 * and VersionNotVerifiedError for a good version without a verified model, unless `unverified` confirms that.
 */
export async function markGood(
  deps: MarkGoodDeps,
  subject: Subject,
  request: { readonly versionId: string; readonly good: boolean; readonly unverified?: boolean },
): Promise<VersionEntry> {
  if (!(await deps.catalogue.hasSubject(subject))) throw new SubjectNotFoundError(subject);
  const version = await findVersion(deps, subject, request.versionId);
  if (request.good && version.status !== 'completed')
    throw new NotCompletedError(version.name, version.status);
  if (request.good && version.verified === false && request.unverified !== true)
    throw new VersionNotVerifiedError(version.name, version.loraUrl);
  const updated = await deps.manifests.setGood(subject, version.id, request.good);
  await projectFlag({
    read: async () => (await deps.manifests.listVersions(subject)).some((each) => each.good),
    write: (anyGood) =>
      subject.kind === 'actor'
        ? deps.catalogue.setActorFlags(subject.id, { customModelsGood: anyGood })
        : deps.catalogue.setStyleGood(subject.id, anyGood),
  });
  return updated;
}

async function findVersion(deps: MarkGoodDeps, subject: Subject, name: string): Promise<VersionEntry> {
  const versions = await deps.manifests.listVersions(subject);
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
