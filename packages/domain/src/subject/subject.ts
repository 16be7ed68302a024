/** What a training is of: an actor or a style (SPEC §1). */
export const SUBJECT_KINDS = ['actor', 'style'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/** The subject of a training: its kind and its id in the catalogue, e.g. `actor` `0019`. */
export interface Subject {
  readonly kind: SubjectKind;
  readonly id: string;
}
