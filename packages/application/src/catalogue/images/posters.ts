import type { Subject } from '@trainyard/domain';
import type { Deps } from '../../deps.ts';
import { SubjectNotFoundError } from '../../errors.ts';
import { type FoundImage, resolveOwnObject } from './own-objects.ts';

/**
 * Finds the poster of an actor or style: the address of its file, or the reason why none is served. Throws
 * SubjectNotFoundError.
 */
export async function findPoster(
  deps: Pick<Deps, 'catalogue' | 'objects' | 'settings'>,
  subject: Subject,
): Promise<FoundImage> {
  const found = await (subject.kind === 'actor'
    ? deps.catalogue.findActor(subject.id)
    : deps.catalogue.findStyle(subject.id));
  if (!found) throw new SubjectNotFoundError(subject);
  if (found.poster === undefined || found.poster === '')
    return { fault: `${subject.kind} ${subject.id} has no poster in the catalogue` };
  return resolveOwnObject(deps, found.poster);
}
