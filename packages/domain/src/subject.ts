/** The kinds of subjects that can be trained. */
export const SUBJECT_KINDS = ['actor', 'style'] as const;
/** An actor (a person) or a style. */
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/** The subject of a training: its kind and its id in the catalogue, e.g. `actor` `0019`. */
export interface Subject {
  readonly kind: SubjectKind;
  readonly id: string;
}

/** Actors are numbered with four digits; other tools write the same number with fewer (`19`). */
const ACTOR_DIGITS = 4;
const ACTOR_NUMBER = /^\d{1,4}$/;

/**
 * Returns the id of a subject as state store, indexes, names and routes use it. An actor id of one to four digits is a
 * number and has four digits: `19`, `019` and `0019` are the actor `0019`. Other ids (`00019`, `12345`, `anna`) and the ids
 * of styles are compared as text.
 */
export function toSubjectId(kind: SubjectKind, id: string): string {
  return kind === 'actor' && ACTOR_NUMBER.test(id) ? id.padStart(ACTOR_DIGITS, '0') : id;
}

/** Returns the subject with this id in any spelling (see {@link toSubjectId}). */
export function toSubject(kind: SubjectKind, id: string): Subject {
  return { kind, id: toSubjectId(kind, id) };
}

/** Lists every spelling of a subject's id, the form of {@link toSubjectId} first: `0019`, `019`, `19`. */
export function listIdSpellings({ kind, id }: Subject): readonly string[] {
  const own = toSubjectId(kind, id);
  if (kind !== 'actor' || !ACTOR_NUMBER.test(own)) return [own];
  const shortest = String(Number(own)).length;
  return Array.from({ length: ACTOR_DIGITS - shortest + 1 }, (_, dropped) => own.slice(dropped));
}

/** The `training_config.mode` of the legacy API for each kind of subject. */
export const MODES = { actor: 'custom-actors', style: 'custom-styles' } as const satisfies Record<
  SubjectKind,
  string
>;
/** A mode of the legacy API. */
export type Mode = (typeof MODES)[SubjectKind];

/** Maps a mode of the legacy API to the kind of subject. */
export function toSubjectKind(mode: Mode): SubjectKind {
  return mode === 'custom-actors' ? 'actor' : 'style';
}

/** Name of a model: `actor_<id>_<version>` or `style_<id>_<version>`; without a version `actor_<id>` or `style_<id>`. */
export function toModelName({ kind, id }: Subject, versionName?: string): string {
  const name = `${kind}_${toSubjectId(kind, id)}`;
  return versionName === undefined ? name : `${name}_${versionName}`;
}

/** Job id of the legacy API: `custom-styles_style_my-style-123_1234567890`. @param at epoch ms */
export function toJobId(subject: Subject, model: string, at: number): string {
  return `${MODES[subject.kind]}_${model}_${at}`;
}

/** An id of digits, as in the legacy catalogue, ends at the first underscore: `style_16_test_v1`. */
const BY_NUMBER = /^(\d+)_(.+)$/;
/** A numbered version such as `V7` or `v1.0` at the end of the name. */
const NUMBERED = /^(.+)_([vV]\d[\w.-]*)$/;
/** Any other version name may hold underscores (`test_001`), so the id ends at the first underscore. */
const NAMED = /^([^_]+)_(.+)$/;

/**
 * Parses a model name such as `actor_0019_V7`, `actor_19_V7` or `style_16_test_001`; undefined when it does not name a
 * subject.
 */
export function parseModelName(
  name: string,
): { readonly subject: Subject; readonly versionName?: string } | undefined {
  const [, kind, rest = ''] = /^(actor|style)_(.+)$/.exec(name) ?? [];
  if (kind !== 'actor' && kind !== 'style') return undefined;
  const [, id = rest, versionName] = BY_NUMBER.exec(rest) ?? NUMBERED.exec(rest) ?? NAMED.exec(rest) ?? [];
  return { subject: toSubject(kind, id), ...(versionName !== undefined && { versionName }) };
}

/** The next version name of the series V1, V2, …: one above the highest number in use. */
export function nextVersionName(usedNames: readonly string[]): string {
  const numbers = usedNames.map((name) => Number(/^[vV](\d+)$/.exec(name)?.[1] ?? 0));
  return `V${Math.max(0, ...numbers.filter(Number.isSafeInteger)) + 1}`;
}

/** The trigger of a training whose request has none: the name of the actor, or `style_<id>`. */
export function defaultTrigger(subject: Subject, name: string): string {
  return subject.kind === 'actor' ? name : `style_${subject.id}`;
}
