import type { Subject, Verdict, VersionFailure } from '@trainyard/domain';
import type { CorruptDocumentError } from '../../errors.ts';
import type { EntryFault, SubjectAmbiguousError } from './entry-fault.ts';
import type { ImportResult, SourceDocument } from './import.ts';

/** The status of a version: the values of the legacy tools, with `submitting` and `cancelled` in addition. */
export type VersionStatus = 'submitting' | 'pending' | 'training' | 'completed' | 'failed' | 'cancelled';

/** The entry of a training in the manifest of its subject, a single entry per training (I5). */
export interface VersionEntry {
  readonly id: string;
  readonly name: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly description?: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly policy?: string;
  /** Preset of the policy. */
  readonly preset?: string;
  readonly status: VersionStatus;
  readonly loraUrl?: string;
  /** Whether Trainyard found the model at an object that the attempt may have written; absent for imported versions. */
  readonly verified?: boolean;
  /** Key of the attempt's model in the object store, relative to its prefix. */
  readonly output_key?: string;
  readonly selectionSetId?: number;
  readonly imageCount: number;
  readonly training_id?: string;
  readonly job_id?: string;
  readonly runpod_job_id?: string;
  readonly attempt?: number;
  readonly endpoint?: string;
  /** ISO 8601; after it the attempt counts as ended once the provider confirms that its run does not exist. */
  readonly attempt_deadline?: string;
  readonly good: boolean;
  /** Whether an operator has marked it as good or as not good. */
  readonly judged?: boolean;
  readonly cost?: number;
  /** Seconds of execution. */
  readonly duration?: number;
  readonly sha256?: string;
  /** Readable name of the model file. */
  readonly file_name?: string;
  /** Size of the verified model file, as the object store reported it. */
  readonly size_bytes?: number;
  /** File names of the pictures in the folder of the model: samples, then the loss plot, then others. */
  readonly samples?: readonly string[];
  /** The last loss that the run reported. */
  readonly final_loss?: number;
  /** Digest of the training data (docs/concepts/auto-train.md). */
  readonly data_digest?: string;
  readonly error?: string;
  /** Class and code of `error`, and whether a run was paid; auto-train counts it (docs/concepts/auto-train.md). */
  readonly failure?: VersionFailure;
  /** Warnings about its data and hyperparameters. */
  readonly warnings?: readonly string[];
}

/** A version before its training is submitted; the write assigns its name. */
export type NewVersion = Omit<VersionEntry, 'name' | 'good' | 'id'> & {
  readonly training_id: string;
  /** The name of the request; a name that is taken throws VersionNameTakenError. */
  readonly name?: string;
};

/** The status of a version while its attempt is live. */
export interface LiveVersion {
  readonly training_id: string;
  readonly attempt: number;
  readonly status: 'pending' | 'training';
  readonly runpod_job_id: string;
}

/** The fields of a version that decide about auto-train (docs/concepts/auto-train.md), and those that lists show. */
export type VersionFacts = Pick<
  VersionEntry,
  'name' | 'timestamp' | 'status' | 'good' | 'judged' | 'data_digest' | 'attempt_deadline' | 'failure'
>;

/** The addresses that an entry of any manifest names as its model: its `loraUrl` and its output key. */
export interface NamedModel {
  /** Absent for a model of the legacy tools. */
  readonly trainingId?: string;
  readonly addresses: readonly string[];
}

/** The good flags of a subject in its manifest; undefined where the manifest has no flag. */
export interface GoodFlags {
  readonly trainingDataGood: boolean | undefined;
  readonly customModelsGood: boolean | undefined;
}

/**
 * The manifest of each subject, written by compare-and-swap, so that concurrent writers never lose each other's entries
 * (I5). An existing manifest of an actor is used under the spelling of its file; a new one takes the spelling of the
 * catalogue. Unknown fields and unreadable entries of existing documents are kept. Every method throws ObjectStoreError, and
 * CorruptDocumentError for an unreadable document, which is never overwritten. A method of a single subject throws
 * SubjectAmbiguousError when manifests under several spellings of its id differ.
 */
export interface Manifests {
  /**
   * The readable versions. With `strict` an unreadable entry throws CorruptDocumentError, for callers that read a missing
   * version as proof that no attempt was made.
   */
  listVersions(subject: Subject, options?: { readonly strict?: boolean }): Promise<readonly VersionEntry[]>;
  /** The unreadable versions of a subject. */
  listFaults(subject: Subject): Promise<readonly EntryFault[]>;
  /** Every version name that the subject has used, also of models without an entry: they are not assigned again. */
  listTakenNames(subject: Subject): Promise<readonly string[]>;
  /**
   * The versions of many actors, by the given ids; an unreadable manifest or version, and manifests of one actor that
   * differ, yield their error. Costs a listing and a read of
   * each manifest that changed since the last read of this process.
   */
  listVersionsByActor(
    actorIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly VersionFacts[] | CorruptDocumentError | SubjectAmbiguousError>>;
  /**
   * The models that the manifests of all subjects name; an unreadable manifest is left out. Costs a listing and a read
   * of each manifest that changed since the last read of this process.
   */
  listModels(): Promise<readonly NamedModel[]>;
  /**
   * Writes the entry of a training and assigns its name: V1, V2, … above every used name, or the name of the request.
   * `toOutputKey` makes the entry's output key from that name. A repeated call for the same training keeps id and name and updates the other fields. A late call (an earlier attempt,
   * or an ended entry without a later attempt) has no effect. Throws VersionNameTakenError.
   */
  openVersion(
    subject: Subject,
    version: NewVersion,
    toOutputKey?: (versionName: string) => string,
  ): Promise<VersionEntry>;
  /**
   * Writes the end of a training, or its open state after a returned run: a version that is not completed has no model.
   * Idempotent. A completed version of an actor is also added once to `custom_lora_models`
   * (`{version, name, loraUrl, good, training_id}`). A missing entry is written again from `version`.
   */
  finalizeVersion(subject: Subject, version: NewVersion & { readonly name: string }): Promise<VersionEntry>;
  /**
   * Writes the status of a live attempt. An entry of a different attempt, an ended entry and a missing entry stay
   * unchanged.
   */
  setLiveStatus(subject: Subject, live: LiveVersion): Promise<void>;
  /**
   * Records verdicts by version id in a single write; null takes a verdict back. A good version is the only one of its
   * subject: the good version before becomes not good. Writes the manifest only; the caller checks that at most one version
   * is good and whether it may be. Throws VersionNotFoundError, and then writes no verdict.
   */
  setVerdicts(
    subject: Subject,
    verdicts: ReadonlyMap<string, Verdict | null>,
  ): Promise<readonly VersionEntry[]>;
  /** Sets the flag of the subject's models, also without a good version; without it no version is good. Writes the manifest only. */
  setCustomModelsGood(subject: Subject, good: boolean): Promise<void>;
  /** Marks the subject's training data as good or as not good. Writes the manifest only. */
  setTrainingDataGood(subject: Subject, good: boolean): Promise<void>;
  getGoodFlags(subject: Subject): Promise<GoodFlags>;
  /**
   * Adds or updates an entry of the legacy tools. For a training of Trainyard it only fills empty fields, and never
   * status, loraUrl or good; a foreign entry is added or updated, but never marked as good.
   */
  upsertVersion(
    subject: Subject,
    entry: Readonly<Record<string, unknown>>,
    nowIso: string,
  ): Promise<VersionEntry>;
  /**
   * Merges the manifest of an external tool: new versions and models are added unchanged; known entries only get the fields
   * that they lack, and never status, loraUrl or good. At most one version is good: the stored version, otherwise that of the
   * source. A new manifest keeps the spelling of the actor's id. Throws CorruptDocumentError, which names the source or the
   * stored document, before any write.
   */
  mergeManifest(subject: Subject, document: SourceDocument): Promise<readonly ImportResult[]>;
}
