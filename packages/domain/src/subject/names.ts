import type { Subject, SubjectKind } from './subject.ts';

/** The seeds' word for the kind of a training (`training_config.mode`). */
export const MODES = { actor: 'custom-actors', style: 'custom-styles' } as const satisfies Record<
  SubjectKind,
  string
>;
export type Mode = (typeof MODES)[SubjectKind];

/** The kind that a mode names. */
export function toSubjectKind(mode: Mode): SubjectKind {
  return mode === 'custom-actors' ? 'actor' : 'style';
}

/** `actor_<id>_<version>`, `style_<id>_<version>`, or `style_<id>` when no version is named (SPEC §4, seed 000). */
export function toModelName(subject: Subject, versionName?: string): string {
  return versionName === undefined
    ? `${subject.kind}_${subject.id}`
    : `${subject.kind}_${subject.id}_${versionName}`;
}

/** The seeds' job id: `custom-styles_style_my-style-123_1234567890`. @param at epoch ms */
export function toJobId(subject: Subject, model: string, at: number): string {
  return `${MODES[subject.kind]}_${model}_${at}`;
}

/** An id of digits, as all of the seeds are: it ends where they do (seed 001: `style_16_test_v1`). */
const BY_NUMBER = /^(\d+)_(.+)$/;
/** `V7`, `v1.0`: what is a version wherever it stands last. */
const NUMBERED = /^(.+)_([vV]\d[\w.-]*)$/;
/** Any other version name, which may hold underscores (seed 001: `test_001`): the id ends at the first one. */
const NAMED = /^([^_]+)_(.+)$/;

/** Subject and version told by a model name, e.g. `actor_0019_V7` or `style_16_test_001`; undefined when it names none. */
export function parseModelName(
  name: string,
): { readonly subject: Subject; readonly versionName?: string } | undefined {
  const [, kind, rest = ''] = /^(actor|style)_(.+)$/.exec(name) ?? [];
  if (kind !== 'actor' && kind !== 'style') return undefined;
  const [, id = rest, versionName] = BY_NUMBER.exec(rest) ?? NUMBERED.exec(rest) ?? NAMED.exec(rest) ?? [];
  return { subject: { kind, id }, ...(versionName !== undefined && { versionName }) };
}

/** The next free name of the row V1, V2, … above every number already taken. */
export function nextVersionName(taken: readonly string[]): string {
  const numbers = taken.map((name) => Number(/^[vV](\d+)$/.exec(name)?.[1] ?? 0));
  return `V${Math.max(0, ...numbers.filter(Number.isSafeInteger)) + 1}`;
}

/** What is trained as the trigger unless the request names one (SPEC §3). */
export function defaultTrigger(subject: Subject, name: string): string {
  return subject.kind === 'actor' ? name : `style_${subject.id}`;
}

/** Where an attempt's LoRA belongs in the object store: a re-run overwrites itself (SPEC §4). */
export function toOutputKey(trainingId: string, attempt: number): string {
  return `models/${trainingId}/attempt-${attempt}.safetensors`;
}
