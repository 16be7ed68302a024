import type { Subject, SubjectKind } from '@trainyard/domain';
import type { ImportResult, MergeOptions, SourceDocument } from './import.ts';

/** What the catalogue holds of an actor (SPEC §7, seed 003). Unknown fields of the file are kept, not shown. */
export interface Actor {
  readonly id: string;
  readonly name: string;
  readonly age?: number;
  readonly sex?: string;
  readonly ethnicity?: string;
  readonly description?: string;
  readonly poster?: string;
  readonly trainingData: TrainingData;
  readonly trainingDataGood: boolean;
  readonly customModelsGood: boolean;
}

/** Where an actor's images are, and whether they reached the object store. */
export interface TrainingData {
  readonly s3Urls: readonly string[];
  readonly localPath?: string;
  readonly count: number;
  readonly synced: boolean;
}

/** What the catalogue holds of a style. */
export interface Style {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly poster?: string;
  readonly trigger?: string;
  readonly customModelsGood: boolean;
}

/** A named group of a style's images (`selection_sets.json`). Addresses are `s3://`. */
export interface SelectionSet {
  readonly id: number;
  readonly name: string;
  readonly images: readonly string[];
}

/** What a person changes of a selection set. */
export interface SelectionSetChange {
  readonly name?: string;
  readonly images?: readonly string[];
}

/** What is known anew of where an actor's images are. */
export type TrainingDataChange = Partial<Pick<TrainingData, 's3Urls' | 'count' | 'synced'>>;

/**
 * The list of actors and styles, and the selection sets of styles; unknown fields of the files are kept.
 * An absent document is an empty list. Throws {@link CorruptDocumentError}.
 */
export interface Catalogue {
  listActors(): Promise<readonly Actor[]>;
  findActor(id: string): Promise<Actor | undefined>;
  listStyles(): Promise<readonly Style[]>;
  findStyle(id: string): Promise<Style | undefined>;
  hasSubject(subject: Subject): Promise<boolean>;
  /**
   * Projects the manifest's judgement into the catalogue: a flag that is already so is not written again.
   * Throws {@link SubjectNotFoundError}.
   */
  setActorFlags(
    id: string,
    flags: { readonly customModelsGood?: boolean; readonly trainingDataGood?: boolean },
  ): Promise<void>;
  /** Likewise for a style's chosen model. */
  setStyleGood(id: string, good: boolean): Promise<void>;
  /** Writes what is known anew of many actors' images, in one write; who is not in the catalogue is passed over. */
  setTrainingData(changes: ReadonlyMap<string, TrainingDataChange>): Promise<void>;
  /**
   * Takes actors or styles from a list of another tool: who is new is added as he is, who is known only gets what he
   * lacks. An entry that cannot be understood is refused alone. Throws {@link CorruptDocumentError}, naming the source
   * or the store's own document; then nothing is written.
   */
  mergeSubjects(
    kind: SubjectKind,
    document: SourceDocument,
    options: MergeOptions,
  ): Promise<readonly ImportResult[]>;
  /** Likewise the selection sets of a style; a set whose id is known is kept as it is. */
  mergeSelectionSets(
    styleId: string,
    document: SourceDocument,
    options: MergeOptions,
  ): Promise<readonly ImportResult[]>;
  listSelectionSets(styleId: string): Promise<readonly SelectionSet[]>;
  /** Adds a set with the next free id. Throws {@link SubjectNotFoundError}. */
  createSelectionSet(styleId: string, set: Omit<SelectionSet, 'id'>): Promise<SelectionSet>;
  /** Renames a set or chooses its images anew. Throws {@link SelectionSetNotFoundError}. */
  updateSelectionSet(styleId: string, id: number, change: SelectionSetChange): Promise<SelectionSet>;
  /** Throws {@link SelectionSetNotFoundError}. */
  deleteSelectionSet(styleId: string, id: number): Promise<void>;
}
