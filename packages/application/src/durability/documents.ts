import { isTerminal, TRAINING_STATUSES, type Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import {
  CorruptDocumentError,
  ObjectStoreError,
  PreconditionFailedError,
  UnreadableTrainingError,
} from '../errors.ts';
import type { BatchWithPlan } from '../ports/batches.ts';
import { isSubjectDocumentError } from '../ports/storage/entry-fault.ts';
import type { ObjectStore, WriteCondition } from '../ports/storage/object-store.ts';
import type { BackupSettings } from './backup.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The layout of backup documents (`trainings/`, `batches/`, `data/settings.json`, `data/epoch.json`, and the loss curves), stored in their
 * field `layout`. A change that an older version would misread raises it. A document without the field has layout 1.
 */
const BACKUP_LAYOUT = 4;

/** Serializes a backup document with its layout. */
export function serializeDocument(value: object): string {
  return JSON.stringify({ layout: BACKUP_LAYOUT, ...value });
}

/**
 * Parses the backup of a training, whose key contains its id. Throws CorruptDocumentError for invalid JSON, for a
 * different layout, and for a document of a different kind.
 */
export function parseTraining(key: string, body: Uint8Array): Training {
  return parseDocument(key, body, ({ id, rev, status, request }) => {
    const subject = isObject(request) ? request['subject'] : undefined;
    return (
      typeof id === 'string' &&
      key.endsWith(`/${id}.json`) &&
      typeof rev === 'number' &&
      TRAINING_STATUSES.some((each) => each === status) &&
      isObject(subject)
    );
  });
}

/** Parses the backup of a batch, whose key contains its id. Throws CorruptDocumentError like {@link parseTraining}. */
export function parseBatch(key: string, body: Uint8Array): BatchWithPlan {
  return parseDocument(
    key,
    body,
    ({ batch }) => isObject(batch) && typeof batch['id'] === 'string' && key.endsWith(`/${batch['id']}.json`),
  );
}

/** Parses the backup of the settings. Throws CorruptDocumentError like {@link parseTraining}. */
export function parseSettings(key: string, body: Uint8Array): BackupSettings {
  return parseDocument(
    key,
    body,
    ({ maxConcurrency, paused, schedule = {}, budgets = {} }) =>
      typeof maxConcurrency === 'number' &&
      typeof paused === 'boolean' &&
      isObject(schedule) &&
      isObject(budgets),
  );
}

/** Parses a backup document of this layout. Throws CorruptDocumentError like {@link parseTraining}. */
export function parseDocument<T>(key: string, body: Uint8Array, isValid: (fields: Fields) => boolean): T {
  const { layout = 1, ...fields } = parseJson(key, body);
  if (layout !== BACKUP_LAYOUT) {
    const fault = `has layout ${JSON.stringify(layout)}; this version reads layout ${BACKUP_LAYOUT}`;
    throw new CorruptDocumentError(key, fault);
  }
  if (!isValid(fields)) throw new CorruptDocumentError(key, 'is not a backup document of Trainyard');
  return fields as T;
}

function parseJson(key: string, body: Uint8Array): Fields {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (isObject(value)) return value;
  } catch (error) {
    throw new CorruptDocumentError(key, error instanceof Error ? error.message : 'is not JSON');
  }
  throw new CorruptDocumentError(key, 'is not a JSON object');
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A write of a backup document. */
export interface DocumentWrite<T> {
  readonly key: string;
  /** Loads the current state; undefined to write no document. */
  readonly loadCurrent: () => Promise<T | undefined>;
  /** Whether the stored document is as new as the current state. Throws CorruptDocumentError to prevent the write. */
  readonly isUpToDate: (body: Uint8Array, current: T) => boolean;
  /** Runs before each write. */
  readonly beforeWrite?: () => Promise<void>;
}

/**
 * Writes a document unless the stored document is as new. The object store is read first, the state store second, and the
 * write is conditional on the document that was read: a process that is paused in between loses the compare-and-swap
 * when it resumes. @returns the state that the object store now holds, or a newer state. Throws ObjectStoreError.
 */
export async function writeIfNewer<T extends object>(
  objects: ObjectStore,
  { key, loadCurrent, isUpToDate, beforeWrite }: DocumentWrite<T>,
): Promise<T | undefined> {
  for (;;) {
    const stored = await objects.get(key);
    const now = await loadCurrent();
    if (now === undefined || (stored && isUpToDate(stored.body, now))) return now;
    await beforeWrite?.();
    const condition = stored ? { ifMatch: stored.etag } : ({ ifAbsent: true } as const);
    try {
      await objects.put(key, serializeDocument(now), { condition, contentType: 'application/json' });
      return now;
    } catch (error) {
      if (!(error instanceof PreconditionFailedError)) throw error;
    }
  }
}

/** A document that recovery could not read, and therefore neither restored nor overwrote. */
export interface UnreadableDocument {
  /** The key in the object store, or `training ID` for a training in Redis. */
  readonly key: string;
  readonly fault: string;
}

/** The unreadable documents of a recovery. */
export interface UnreadableDocuments {
  readonly documents: readonly UnreadableDocument[];
  /**
   * Runs a read. A document that cannot be read is recorded, once per key, and yields undefined; every other error,
   * such as an unavailable object store, is thrown.
   */
  skipUnreadable<T>(read: () => T | Promise<T>): Promise<T | undefined>;
}

/** Creates an empty list of unreadable documents. */
export function createUnreadableDocuments(): UnreadableDocuments {
  const documents: UnreadableDocument[] = [];
  return {
    documents,
    skipUnreadable: async (read) => {
      try {
        return await read();
      } catch (error) {
        const unreadable = toUnreadableDocument(error);
        if (!unreadable) throw error;
        if (!documents.some(({ key }) => key === unreadable.key)) documents.push(unreadable);
        return undefined;
      }
    },
  };
}

/** The fault of a single document; undefined for a fault that affects every document. */
function toUnreadableDocument(error: unknown): UnreadableDocument | undefined {
  if (error instanceof UnreadableTrainingError)
    return { key: `training ${error.trainingId}`, fault: error.message };
  const isOne = isSubjectDocumentError(error) || (error instanceof ObjectStoreError && !error.retryable);
  return isOne ? { key: error.key, fault: error.message } : undefined;
}

const EPOCH_KEY = 'data/epoch.json';

interface EpochFields {
  /** The epoch of the current state store. */
  readonly epoch: string;
  /** Set from the claim of the epoch until Redis has it too; before that no process has started to dispatch. */
  readonly initializing?: true;
  /** The highest high-water mark of Redis that was published; absent before the first backup. */
  readonly highWaterMark?: string | undefined;
}

/** `data/epoch.json` with the ETag under which it was read or written. */
export interface EpochDocument extends EpochFields {
  readonly etag: string;
}

/** Reads `data/epoch.json`; undefined for a new object store. Throws ObjectStoreError, CorruptDocumentError. */
export async function readEpoch({ objects }: Pick<Deps, 'objects'>): Promise<EpochDocument | undefined> {
  const stored = await objects.get(EPOCH_KEY);
  if (stored === undefined) return undefined;
  const isValid = ({ epoch }: Fields) => typeof epoch === 'string';
  return { ...parseDocument<EpochFields>(EPOCH_KEY, stored.body, isValid), etag: stored.etag };
}

/** Writes `data/epoch.json`. Throws PreconditionFailedError when it changed since it was read, and ObjectStoreError. */
export async function writeEpoch(
  { objects }: Pick<Deps, 'objects'>,
  { epoch, initializing, highWaterMark }: EpochFields,
  condition: WriteCondition,
): Promise<EpochDocument> {
  const fields = {
    epoch,
    ...(initializing && { initializing }),
    ...(highWaterMark !== undefined && { highWaterMark }),
  };
  return { ...fields, ...(await objects.put(EPOCH_KEY, serializeDocument(fields), { condition })) };
}

/**
 * Compares the copy of a training in Redis with the copy in the backup. Within a history the higher revision is
 * fresher. A Redis that was restored from an old copy and continued has a second history with its own revisions.
 * Then these rules decide, in this order: of two different ends the end in the backup wins (I4); the copy with more
 * started attempts wins, so that a started attempt is never forgotten (I2); a terminal status wins.
 * @returns above 0 when Redis is fresher, below 0 when the backup is, 0 when they are equally fresh
 */
export function compareFreshness(current: Training, backup: Training): number {
  if (haveDifferentEnds(current, backup)) return -1;
  if (current.attemptsStarted !== backup.attemptsStarted)
    return current.attemptsStarted - backup.attemptsStarted;
  if (isTerminal(current) !== isTerminal(backup)) return isTerminal(current) ? 1 : -1;
  return current.rev - backup.rev;
}

/** Whether both copies have ended with a different status or at a different time; a history has a single end (I4). */
export function haveDifferentEnds(current: Training, backup: Training): boolean {
  return (
    isTerminal(current) &&
    isTerminal(backup) &&
    (current.status !== backup.status || current.endedAt !== backup.endedAt)
  );
}
