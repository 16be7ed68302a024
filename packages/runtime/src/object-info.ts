import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Clock, Log, ObjectStore } from '@trainyard/application';
import {
  compareObjectInfo,
  type DeclaredClasses,
  type KnownClasses,
  loadWorkflowTemplate,
  MAX_OBJECT_INFO_BYTES,
  NODE_SCHEMAS,
  ObjectInfoError,
  type ObjectInfoFinding,
  parseObjectInfo,
  toNodeSchemas,
} from '@trainyard/comfyui';
import { type ModelSettings, toModelFiles } from './adapters.ts';
import type { Settings } from './settings/settings.ts';

type ObjectInfoSettings = ModelSettings & Pick<Settings, 'OBJECT_INFO'>;

/** The document of `OBJECT_INFO`: the node classes of a container, and their differences from the built-in ones. */
export interface ObjectInfo {
  readonly declared: DeclaredClasses;
  readonly differences: readonly ObjectInfoFinding[];
}

/**
 * Reads the document of `OBJECT_INFO`, a file or a key of the object store; undefined without the setting. Throws
 * ObjectInfoError when it is unreadable.
 */
export async function readObjectInfo(
  settings: ObjectInfoSettings,
  objects: Pick<ObjectStore, 'head' | 'get'>,
): Promise<ObjectInfo | undefined> {
  const { OBJECT_INFO: place, WORKFLOW_TEMPLATE: template } = settings;
  if (place === undefined) return undefined;
  const declared = parseObjectInfo(await readPlace(place, objects));
  const { workflow } = await loadWorkflowTemplate(template);
  const neededClasses = Object.values(workflow).map((node) => node.class_type);
  const models = toModelFiles(settings);
  return { declared, differences: compareObjectInfo({ declared, neededClasses, models }) };
}

/** A text that begins with `/`, `.` or `file:` is a file. Any other text is a key, unless a file has that name. */
async function readPlace(place: string, objects: Pick<ObjectStore, 'head' | 'get'>): Promise<Uint8Array> {
  const isFile = /^(?:[/.]|file:)/.test(place);
  const found = (await readFileAt(place)) ?? (isFile ? undefined : await readObject(place, objects));
  if (found !== undefined) return found;
  throw new ObjectInfoError(`${place} is neither a file${isFile ? '' : ' nor a key of the object store'}`);
}

async function readFileAt(place: string): Promise<Uint8Array | undefined> {
  try {
    const file = await open(place.startsWith('file:') ? fileURLToPath(place) : place);
    try {
      assertSize(place, (await file.stat()).size);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof ObjectInfoError) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw toUnreadable(place, error);
  }
}

async function readObject(
  key: string,
  objects: Pick<ObjectStore, 'head' | 'get'>,
): Promise<Uint8Array | undefined> {
  try {
    const head = await objects.head(key);
    if (head === undefined) return undefined;
    assertSize(key, head.sizeBytes);
    return (await objects.get(key))?.body;
  } catch (error) {
    throw error instanceof ObjectInfoError ? error : toUnreadable(key, error);
  }
}

function assertSize(place: string, bytes: number): void {
  if (bytes > MAX_OBJECT_INFO_BYTES)
    throw new ObjectInfoError(`${place} has ${bytes} bytes; at most 16 MiB are read`);
}

function toUnreadable(place: string, error: unknown): ObjectInfoError {
  const reason = error instanceof Error ? error.message : String(error);
  return new ObjectInfoError(`${place}: ${reason}`, { cause: error });
}

/** The document of `OBJECT_INFO` in the memory of a process. */
export interface ObjectInfoWatch {
  /** The node classes of the last document that was read, else the built-in ones. */
  getKnownClasses(): KnownClasses;
  /** Reads the document, and again every hour. Waits at most 5 s for the first reading. Never throws. */
  start(record: RecordReading): Promise<void>;
  stop(): void;
}

/** Records whether the document was read: the reason why it is unreadable, or undefined. */
type RecordReading = (fault: string | undefined) => Promise<void>;

interface WatchParts {
  readonly settings: ObjectInfoSettings;
  readonly objects: Pick<ObjectStore, 'head' | 'get'>;
  readonly clock: Pick<Clock, 'realMs'>;
  readonly log: Log;
}

const READ_EVERY_MS = 3_600_000;
/** An unreadable document is read again after 1 min. */
const RETRY_AFTER_MS = 60_000;
/** The longest delay of a start by the first reading, real ms. */
const FIRST_READING_MS = 5_000;

const WITHOUT_SETTING =
  'only the built-in classes are known; set OBJECT_INFO to the /object_info document of your container';

/** Creates the watch of `OBJECT_INFO`. While the document is unreadable the last one that was read stays. */
export function createObjectInfoWatch(parts: WatchParts): ObjectInfoWatch {
  const reader = createReader(parts);
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const run = async (record: RecordReading): Promise<void> => {
    const fault = await reader.read();
    await record(fault).catch((error: unknown) => parts.log.warn('object_info_not_recorded', { error }));
    if (stopped || parts.settings.OBJECT_INFO === undefined) return;
    const delayMs = parts.clock.realMs(fault === undefined ? READ_EVERY_MS : RETRY_AFTER_MS);
    timer = setTimeout(() => void run(record), delayMs);
    timer.unref();
  };
  return {
    getKnownClasses: reader.getKnownClasses,
    start: async (record) => {
      const limit = new AbortController();
      await Promise.race([run(record), sleep(FIRST_READING_MS, limit.signal)]);
      limit.abort();
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

interface Reader extends Pick<ObjectInfoWatch, 'getKnownClasses'> {
  /** Reads the document. @returns the reason why it is unreadable */
  read(): Promise<string | undefined>;
}

function createReader({ settings, objects, log }: WatchParts): Reader {
  let known: KnownClasses = { schemas: NODE_SCHEMAS, unknownClass: WITHOUT_SETTING };
  let logged = '[]';
  const apply = (info: ObjectInfo): void => {
    known = toKnownClasses(info);
    const differences = JSON.stringify(info.differences);
    if (differences !== logged) logDifferences(log, info);
    logged = differences;
  };
  const explain = (reason: string): string => {
    if (known.schemas === NODE_SCHEMAS)
      known = { ...known, unknownClass: `OBJECT_INFO was never read (${reason})` };
    return reason;
  };
  return {
    getKnownClasses: () => known,
    read: async () => {
      try {
        const info = await readObjectInfo(settings, objects);
        if (info !== undefined) apply(info);
        return undefined;
      } catch (error) {
        return explain(error instanceof Error ? error.message : String(error));
      }
    },
  };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
}

function toKnownClasses({ declared }: ObjectInfo): KnownClasses {
  return { schemas: toNodeSchemas(declared), unknownClass: 'the document of OBJECT_INFO has no such class' };
}

function logDifferences(log: Log, { differences }: ObjectInfo): void {
  for (const { severity, class_type, input, message } of differences)
    log.warn('object_info_difference', { severity, class_type, input, message });
}
