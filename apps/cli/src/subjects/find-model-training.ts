import { type Connection, RefusedError } from '@trainyard/client';
import { versionListSchema } from '@trainyard/contracts';
import type { Subject, SubjectKind } from '@trainyard/domain';
import { UsageError } from '../terminal/exit.ts';
import { findVersion } from './find-version.ts';
import { resolveSubject } from './subject-names.ts';

/** Arguments that name a training, or a subject and its version, and a file. */
interface TrainingRequest {
  readonly text: string;
  readonly rest: readonly string[];
  readonly kind: SubjectKind | undefined;
  /** The command, for its remedy. */
  readonly command: string;
}

interface FoundTraining {
  readonly id: string;
  readonly file: string | undefined;
}

/** Finds the training of the arguments. A known subject precedes a training, because an actor id may also be the end of a training id. Throws UsageError. */
export async function findTraining(
  connection: Connection,
  { text, rest, kind, command }: TrainingRequest,
): Promise<FoundTraining> {
  const [second, third] = rest;
  const subject = await findSubject(connection, text, kind);
  if (!subject) {
    if (third !== undefined)
      throw new UsageError(`${text} is neither an actor nor a style of the catalogue.`);
    return { id: text, file: second };
  }
  if (second === undefined)
    throw new UsageError(
      `Name a version: npx trainyard ${command} ${text} VERSION (npx trainyard versions ${text}).`,
    );
  const { version, training } = await findVersion(connection, subject, second);
  if (training) return { id: training.id, file: third };
  const url = typeof version['loraUrl'] === 'string' ? ` Its model is at ${version['loraUrl']}.` : '';
  throw new UsageError(`${version.name} was not trained here, so that its files are not served.${url}`);
}

async function findSubject(
  connection: Connection,
  text: string,
  kind: SubjectKind | undefined,
): Promise<Subject | undefined> {
  const subject = await resolveSubject(connection, text, kind);
  const path = `/api/${subject.kind}s/${encodeURIComponent(subject.id)}/training-versions`;
  try {
    await connection.request(path, versionListSchema);
    return subject;
  } catch (error) {
    if (error instanceof RefusedError && error.code === 'subject_not_found') return undefined;
    throw error;
  }
}
