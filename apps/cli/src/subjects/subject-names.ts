import type { Connection } from '@trainyard/client';
import { actorPageSchema, stylePageSchema } from '@trainyard/contracts';
import type { Subject, SubjectKind } from '@trainyard/domain';
import { UsageError } from '../terminal/exit.ts';

/** A subject as a training or a slot names it. */
interface SubjectReference {
  readonly kind: SubjectKind;
  readonly subject_id: string;
}

/** Names of the subjects of the catalogue. */
export interface SubjectNames {
  /** Formats a subject by its name, and by its id unless the name begins with it. */
  readonly format: (subject: SubjectReference) => string;
}

/** No names: every subject is shown by its id. */
export const NO_NAMES: SubjectNames = { format: (subject) => formatSubject(subject, undefined) };

interface NamedSubject extends SubjectReference {
  readonly name: string;
}

/** Loads the names of all subjects. Names are an addition: without a readable catalogue the ids are shown alone. */
export async function loadSubjectNames(server: Pick<Connection, 'request'>): Promise<SubjectNames> {
  const subjects = await listSubjects(server).catch(() => []);
  const names = new Map(subjects.map((subject) => [toKey(subject), subject.name]));
  return { format: (subject) => formatSubject(subject, names.get(toKey(subject))) };
}

async function listSubjects({ request }: Pick<Connection, 'request'>): Promise<readonly NamedSubject[]> {
  const [{ actors }, { styles }] = await Promise.all([
    request('/api/actors', actorPageSchema),
    request('/api/styles', stylePageSchema),
  ]);
  return [
    ...actors.map(({ id, name }) => ({ kind: 'actor' as const, subject_id: id, name })),
    ...styles.map(({ id, name }) => ({ kind: 'style' as const, subject_id: id, name })),
  ];
}

/**
 * Finds a subject by its id or its name; without a kind an actor precedes a style. A text that the catalogue does not know is
 * an id, because images can be trained without a catalogue. Throws UsageError for a name of several subjects.
 */
export async function resolveSubject(
  server: Pick<Connection, 'request'>,
  text: string,
  kind?: SubjectKind,
): Promise<Subject> {
  if (/^\d{1,4}$/.test(text) && kind !== 'style') return { kind: 'actor', id: text };
  const all = (await listSubjects(server)).filter((each) => kind === undefined || each.kind === kind);
  const byId = all.find((each) => each.subject_id === text);
  if (byId) return { kind: byId.kind, id: byId.subject_id };
  const named = all.filter(({ name }) => toComparable(name) === toComparable(text));
  const [first] = named;
  if (named.length > 1)
    throw new UsageError(
      `${JSON.stringify(text)} is the name of ${named.length} subjects: ${named.map((each) => `${each.kind} ${each.subject_id}`).join(', ')}. Pass an id.`,
    );
  return first ? { kind: first.kind, id: first.subject_id } : { kind: kind ?? 'actor', id: text };
}

function toComparable(name: string): string {
  return name.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
}

/** An actor id of up to four digits is one subject by its number. */
function toKey({ kind, subject_id: id }: SubjectReference): string {
  return `${kind} ${kind === 'actor' && /^\d{1,4}$/.test(id) ? id.padStart(4, '0') : id}`;
}

function formatSubject({ kind, subject_id: id }: SubjectReference, name: string | undefined): string {
  const label = name === undefined || name === '' ? id : namesId(name, id) ? name : `${id} ${name}`;
  return kind === 'style' ? `style ${label}` : label;
}

/** Whether a name begins with an id; the ids 19 and 0019 are the same. */
function namesId(name: string, id: string): boolean {
  const [first = ''] = /^\d+/.exec(name) ?? [];
  return /^\d{1,4}$/.test(id) ? first.padStart(4, '0') === id.padStart(4, '0') : name.startsWith(id);
}
