import type { Subject } from '@trainyard/domain';

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
  readonly trigger?: string;
}

/** A named group of a style's images (`selection_sets.json`). Addresses are `s3://`. */
export interface SelectionSet {
  readonly id: number;
  readonly name: string;
  readonly images: readonly string[];
}

/** Thrown when a stored document is not what it should be; it is named and never overwritten. */
export class CorruptDocumentError extends Error {
  readonly code = 'corrupt_document';
  readonly retryable = false;
  readonly key: string;
  constructor(key: string, message: string) {
    super(`${key}: ${message}`);
    this.name = 'CorruptDocumentError';
    this.key = key;
  }
}

/** The list of actors and styles. An absent document is an empty list. Throws {@link CorruptDocumentError}. */
export interface Catalogue {
  actors(): Promise<readonly Actor[]>;
  actor(id: string): Promise<Actor | undefined>;
  styles(): Promise<readonly Style[]>;
  style(id: string): Promise<Style | undefined>;
  selectionSets(styleId: string): Promise<readonly SelectionSet[]>;
  /** Projects the manifest's judgement into the catalogue: a flag that is already so is not written again. */
  setActorFlags(
    id: string,
    flags: { readonly customModelsGood?: boolean; readonly trainingDataGood?: boolean },
  ): Promise<void>;
  /** Likewise for a style's chosen model. */
  setStyleGood(id: string, good: boolean): Promise<void>;
  has(subject: Subject): Promise<boolean>;
}
