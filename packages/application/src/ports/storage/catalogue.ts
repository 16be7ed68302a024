import type { Subject, SubjectKind } from '@trainyard/domain';
import type { EntryFault } from './entry-fault.ts';
import type { ImportResult, SourceDocument } from './import.ts';

/** An actor of the catalogue (docs/catalogue.md). Unknown fields of the file are kept and not shown. */
export interface Actor {
  /** The id of the subject: the four-digit form of a number. */
  readonly id: string;
  /** The id in the catalogue, such as `19` for the actor `0019`; absent when it equals `id`. */
  readonly catalogueId?: string;
  /** The fault of an actor with several entries, of which this is the first: it cannot be changed or trained. */
  readonly ambiguity?: string;
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

/** The images of an actor, and whether they are in the object store. */
export interface TrainingData {
  readonly s3Urls: readonly string[];
  readonly localPath?: string;
  readonly count: number;
  readonly synced: boolean;
}

/** A style of the catalogue. */
export interface Style {
  readonly id: string;
  /** The fault of a style with several entries, of which this is the first: it cannot be changed or trained. */
  readonly ambiguity?: string;
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

/** A change of a selection set; absent fields stay as they are. */
export interface SelectionSetChange {
  readonly name?: string;
  readonly images?: readonly string[];
}

/** A change of an actor's training data; absent fields stay as they are. */
export type TrainingDataChange = Partial<Pick<TrainingData, 's3Urls' | 'count' | 'synced'>>;

/**
 * Actors, styles and the selection sets of styles. Methods take the id of an actor in any spelling. Unknown fields of the files are kept; an absent document is an empty
 * list. Lists leave unreadable entries out. Every method throws ObjectStoreError, and CorruptDocumentError for a document
 * that is not JSON or holds no list.
 */
export interface Catalogue {
  listActors(): Promise<readonly Actor[]>;
  /** Throws CatalogueEntryUnreadableError for an unreadable entry, SubjectAmbiguousError for several entries. */
  findActor(id: string): Promise<Actor | undefined>;
  listStyles(): Promise<readonly Style[]>;
  /** Throws CatalogueEntryUnreadableError for an unreadable entry, SubjectAmbiguousError for several entries. */
  findStyle(id: string): Promise<Style | undefined>;
  /**
   * The unreadable entries of actors and styles, the values that were converted without loss, such as "15" for 15, and the
   * subjects with several entries.
   */
  listFaults(): Promise<{
    readonly unreadable: readonly EntryFault[];
    readonly converted: readonly EntryFault[];
    readonly ambiguous: readonly EntryFault[];
  }>;
  /** Throws CatalogueEntryUnreadableError and SubjectAmbiguousError. */
  hasSubject(subject: Subject): Promise<boolean>;
  /**
   * Copies the flags of the manifest into the catalogue; an unchanged flag is not written. Throws SubjectNotFoundError and
   * SubjectAmbiguousError.
   */
  setActorFlags(
    id: string,
    flags: { readonly customModelsGood?: boolean; readonly trainingDataGood?: boolean },
  ): Promise<void>;
  /** Copies the flag of a style's model into the catalogue. Throws SubjectNotFoundError and SubjectAmbiguousError. */
  setStyleGood(id: string, good: boolean): Promise<void>;
  /** Changes the training data of many actors in a single write; unknown actors and those with several entries are skipped. */
  setTrainingData(changes: ReadonlyMap<string, TrainingDataChange>): Promise<void>;
  /**
   * Merges actors or styles of an external tool: a new subject is added unchanged, a known subject only gets the fields that
   * it lacks. An unreadable entry is refused without effect on the others. Throws CorruptDocumentError, which names the
   * source or the stored document, before any write.
   */
  mergeSubjects(kind: SubjectKind, document: SourceDocument): Promise<readonly ImportResult[]>;
  /** Merges the selection sets of a style in the same way; a set with a known id stays unchanged. */
  mergeSelectionSets(styleId: string, document: SourceDocument): Promise<readonly ImportResult[]>;
  listSelectionSets(styleId: string): Promise<readonly SelectionSet[]>;
  /** The unreadable selection sets of a style. */
  listSelectionSetFaults(styleId: string): Promise<readonly EntryFault[]>;
  /** Adds a set with the next free id. Throws SubjectNotFoundError. */
  createSelectionSet(styleId: string, set: Omit<SelectionSet, 'id'>): Promise<SelectionSet>;
  /** Changes the name or the images of a set. Throws SelectionSetNotFoundError and CatalogueEntryUnreadableError. */
  updateSelectionSet(styleId: string, id: number, change: SelectionSetChange): Promise<SelectionSet>;
  /** Deletes a set, also an unreadable one. Throws SelectionSetNotFoundError. */
  deleteSelectionSet(styleId: string, id: number): Promise<void>;
}
