import { nextVersionName, type Subject } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { VersionNameTakenError } from '../ports/manifests.ts';

/**
 * The name that a version would get now: the one asked for, or the next free one. The word that counts is given at
 * dispatch, by compare-and-swap; what is refused here would be refused there, after a wait. Throws
 * VersionNameTakenError.
 */
export async function resolveVersionName(
  { manifests }: Pick<Deps, 'manifests'>,
  subject: Subject,
  requestedName: string | undefined,
): Promise<string> {
  const taken = await manifests.listTakenNames(subject);
  if (requestedName === undefined) return nextVersionName(taken);
  if (taken.includes(requestedName)) throw new VersionNameTakenError(subject, requestedName);
  return requestedName;
}
