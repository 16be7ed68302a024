import { type Connection, RefusedError } from '@trainyard/client';
import { trainingPageSchema, trainingViewSchema } from '@trainyard/contracts';
import type { Subject } from '@trainyard/domain';
import { UsageError } from '../terminal/exit.ts';
import { toShortId } from '../terminal/format.ts';
import { resolveSubject } from './subject-names.ts';

type Server = Pick<Connection, 'request'>;

/** The statuses of trainings that have not ended. */
const LIVE = 'queued,submitting,unconfirmed,submitted,running,cancelling,finalizing';

/**
 * Finds a training by its id or, for the id or name of a subject, the live training of that subject. Throws UsageError for a
 * subject with several live trainings, and for digits that are an actor and the end of another training's id.
 */
export async function findTrainingId(server: Server, text: string): Promise<string> {
  const byId = await loadTraining(server, text).catch((error: unknown) => toNotFound(error));
  if (typeof byId === 'string' && !/^\d{1,4}$/.test(text)) return byId;
  const subject = await resolveSubject(server, text);
  const live = await listLiveIds(server, subject);
  const found = [...new Set([...(typeof byId === 'string' ? [byId] : []), ...live])];
  const [first] = found;
  if (found.length > 1) throw new UsageError(toAmbiguity(text, subject, found));
  if (first !== undefined) return first;
  throw byId instanceof RefusedError
    ? toSubjectRefusal(byId, text, subject)
    : new UsageError(`${text} is unknown.`);
}

async function loadTraining(server: Server, text: string): Promise<string> {
  return (await server.request(`/api/trainings/${encodeURIComponent(text)}`, trainingViewSchema)).id;
}

function toNotFound(error: unknown): RefusedError {
  if (error instanceof RefusedError && error.code === 'training_not_found') return error;
  throw error;
}

async function listLiveIds(server: Server, { kind, id }: Subject): Promise<readonly string[]> {
  const query = { kind, subject_id: id, status: LIVE };
  return (await server.request('/api/trainings', trainingPageSchema, { query })).trainings.map(
    (each) => each.id,
  );
}

function toAmbiguity(text: string, { kind, id }: Subject, found: readonly string[]): string {
  return `${JSON.stringify(text)} (${kind} ${id}) can mean ${found.length} trainings: ${found.map(toShortId).join(', ')}. Pass one of these ids.`;
}

function toSubjectRefusal({ problem }: RefusedError, text: string, { kind, id }: Subject): RefusedError {
  const detail = `No training has the id ${text}, and ${kind} ${id} has no live training`;
  return new RefusedError({ ...problem, detail });
}
