import type { Connection } from '@trainyard/client';
import { trainingDetailSchema, versionListSchema } from '@trainyard/contracts';
import type { Subject } from '@trainyard/domain';
import { UsageError } from '../terminal/exit.ts';
import type { KnownVersion } from './version-lines.ts';

/** Loads the versions of a subject. */
export function loadVersions(connection: Connection, { kind, id }: Subject) {
  return connection.request(`/api/${kind}s/${encodeURIComponent(id)}/training-versions`, versionListSchema);
}

/**
 * Finds a version of a subject by its name, its id or its training, with the images of that training. Throws UsageError with
 * the versions of the subject when there is none.
 */
export async function findVersion(
  connection: Connection,
  subject: Subject,
  text: string,
): Promise<KnownVersion> {
  const { versions } = await loadVersions(connection, subject);
  const version =
    versions.find(({ name }) => name === text) ??
    versions.find(({ name }) => name.toLowerCase() === text.toLowerCase()) ??
    versions.find((each) => each.id === text || each['training_id'] === text);
  if (!version) {
    const known = versions.map(({ name }) => name).join(', ') || 'none';
    throw new UsageError(`${subject.kind} ${subject.id} has no version ${text}; it has ${known}.`);
  }
  const id = version['training_id'];
  const training =
    typeof id === 'string'
      ? await connection
          .request(`/api/trainings/${encodeURIComponent(id)}`, trainingDetailSchema)
          .catch(() => undefined)
      : undefined;
  return { version, training };
}
