import type { Subject } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { NotCompletedError } from '../errors.ts';
import { SubjectNotFoundError } from '../ports/catalogue.ts';
import { type VersionEntry, VersionNotFoundError } from '../ports/manifests.ts';

type JudgeDeps = Pick<Deps, 'manifests' | 'catalogue'>;

const find = async (deps: JudgeDeps, subject: Subject, name: string): Promise<VersionEntry> => {
  const versions = await deps.manifests.versions(subject);
  const version = versions.find(
    (each) => each.id === name || each.name === name || each.training_id === name,
  );
  if (!version) throw new VersionNotFoundError(subject, name);
  return version;
};

/**
 * Makes a version the subject's only good one, or takes that back (SPEC §7). The manifest is written first: the
 * catalogue's flag is its projection. Throws SubjectNotFoundError, VersionNotFoundError, NotCompletedError.
 */
export const markGood = async (
  deps: JudgeDeps,
  subject: Subject,
  wish: { readonly versionId: string; readonly good: boolean },
): Promise<VersionEntry> => {
  if (!(await deps.catalogue.has(subject))) throw new SubjectNotFoundError(subject);
  const version = await find(deps, subject, wish.versionId);
  if (wish.good && version.status !== 'completed') throw new NotCompletedError(version.name, version.status);
  const judged = await deps.manifests.setGood(subject, version.id, wish.good);
  const anyGood = (await deps.manifests.versions(subject)).some(({ good }) => good);
  if (subject.kind === 'actor') await deps.catalogue.setActorFlags(subject.id, { customModelsGood: anyGood });
  else await deps.catalogue.setStyleGood(subject.id, anyGood);
  return judged;
};

/** Says whether an actor's training data were reviewed and found good; reversible. Throws SubjectNotFoundError. */
export const markTrainingDataGood = async (
  deps: JudgeDeps,
  actorId: string,
  good: boolean,
): Promise<void> => {
  const subject = { kind: 'actor', id: actorId } as const;
  if (!(await deps.catalogue.has(subject))) throw new SubjectNotFoundError(subject);
  await deps.manifests.setTrainingDataGood(subject, good);
  await deps.catalogue.setActorFlags(actorId, { trainingDataGood: good });
};
