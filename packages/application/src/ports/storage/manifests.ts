import type { Subject } from '@trainyard/domain';
import type { CorruptDocumentError } from '../../errors.ts';
import type { ImportResult, MergeOptions, SourceDocument } from './import.ts';

/** The seeds' words for a version's state, plus our own finer ones where they had none. */
export type VersionStatus = 'submitting' | 'pending' | 'training' | 'completed' | 'failed' | 'cancelled';

/** The training's entry in its subject's history (SPEC §7). One per training (I5). */
export interface VersionEntry {
  readonly id: string;
  readonly name: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly description?: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly policy?: string;
  readonly status: VersionStatus;
  readonly loraUrl?: string;
  readonly selectionSetId?: number;
  readonly imageCount: number;
  readonly training_id?: string;
  readonly job_id?: string;
  readonly runpod_job_id?: string;
  readonly attempt?: number;
  readonly endpoint?: string;
  /** ISO 8601; past it, with a fresh answer of the provider, the attempt counts as ended. */
  readonly attempt_deadline?: string;
  readonly good: boolean;
  /** Whether a person ever said of it that it is good, or that it is not. */
  readonly judged?: boolean;
  readonly cost?: number;
  /** Seconds of execution. */
  readonly duration?: number;
  readonly sha256?: string;
  /** Digest of the training data (SPEC §8). */
  readonly data_digest?: string;
  readonly error?: string;
  /** What was noteworthy about its data and parameters. */
  readonly warnings?: readonly string[];
}

/** What is known of a version before its training is submitted; its name is given by the write. */
export type NewVersion = Omit<VersionEntry, 'name' | 'good' | 'id'> & {
  readonly training_id: string;
  /** A name chosen by a person; taken as it is when free, else {@link VersionNameTakenError}. */
  readonly name?: string;
};

/** What auto-train asks of a version (SPEC §8). */
export type VersionFacts = Pick<
  VersionEntry,
  'status' | 'good' | 'judged' | 'data_digest' | 'attempt_deadline'
>;

/** Both good flags of a subject as its manifest holds them; undefined where it says nothing. */
export interface GoodFlags {
  readonly trainingDataGood: boolean | undefined;
  readonly customModelsGood: boolean | undefined;
}

/**
 * The history of each subject, written by compare-and-swap, so that concurrent writers never lose each other's
 * entries (I5). Unknown fields of existing documents are kept. Throws {@link CorruptDocumentError} for a document
 * that cannot be read; it is never overwritten.
 */
export interface Manifests {
  listVersions(subject: Subject): Promise<readonly VersionEntry[]>;
  /** Every version name that the subject ever gave, also of models whose entry is gone: none is given again. */
  listTakenNames(subject: Subject): Promise<readonly string[]>;
  /**
   * The histories of many actors at once, by actor id; one that cannot be read is told by its error. Costs a listing
   * and a read of each manifest that changed since this process read it last.
   */
  listVersionsByActor(
    actorIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly VersionFacts[] | CorruptDocumentError>>;
  /**
   * Writes the entry of this training and gives it its name: V1, V2, … above every name already taken, or the
   * person's. A further call for the same training keeps id and name and updates the rest; one that comes late
   * (an earlier attempt, or the entry has ended and this is no later attempt) changes nothing.
   * Throws {@link VersionNameTakenError}.
   */
  openVersion(subject: Subject, version: NewVersion): Promise<VersionEntry>;
  /**
   * Writes how the training ended. Idempotent. A completed one of an actor also stands in `custom_lora_models`
   * (`{version, name, loraUrl, good, training_id}`), once. An entry that vanished is written anew from `version`.
   */
  finalizeVersion(subject: Subject, version: NewVersion & { readonly name: string }): Promise<VersionEntry>;
  /**
   * Makes this version the subject's only good one, or takes that back. Writes the manifest only.
   * Throws {@link VersionNotFoundError}; whether a version may be good is the caller's rule.
   */
  setGood(subject: Subject, versionId: string, good: boolean): Promise<VersionEntry>;
  /** Says whether the subject's training data were judged good. Writes the manifest only. */
  setTrainingDataGood(subject: Subject, good: boolean): Promise<void>;
  getGoodFlags(subject: Subject): Promise<GoodFlags>;
  /**
   * Takes an entry from the seeds' own tools (SPEC §5.2). Of a training of ours it only fills what is empty, never
   * status, loraUrl or good; any other entry is added or brought up to date, but never made good.
   */
  upsertVersion(
    subject: Subject,
    entry: Readonly<Record<string, unknown>>,
    nowIso: string,
  ): Promise<VersionEntry>;
  /**
   * Takes a manifest of another tool: its versions and models as they are where they are new, else only what ours lack,
   * never status, loraUrl or good. At most one version is good: the store's own, else the source's. Throws
   * {@link CorruptDocumentError}, naming the source or the store's own document; then nothing is written.
   */
  mergeManifest(
    subject: Subject,
    document: SourceDocument,
    options: MergeOptions,
  ): Promise<readonly ImportResult[]>;
}
