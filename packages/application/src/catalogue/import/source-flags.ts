import { type Subject, type SubjectKind, toSubject } from '@trainyard/domain';

/** Flags of a subject in a document of the source; absent where the document has none. */
export interface DocumentFlags {
  readonly trainingDataGood?: boolean;
  readonly customModelsGood?: boolean;
}

/** The flags of a subject in the source: in the list of actors or styles, and in its manifest. */
export interface SourceFlags {
  readonly subject: Subject;
  readonly list: DocumentFlags;
  readonly manifest: DocumentFlags;
  /** Id and name of the version that the manifest marks as good. */
  readonly goodVersion?: { readonly id: string; readonly name: string };
}

/** Collects the flags of the imported documents. */
export interface SourceFlagCollector {
  addList(kind: SubjectKind, json: unknown): void;
  addManifest(subject: Subject, json: unknown): void;
  list(): readonly SourceFlags[];
}

type Fields = Readonly<Record<string, unknown>>;

/** Creates a collector. Of a subject in several documents of one kind the first that has a flag counts. */
export function createSourceFlags(): SourceFlagCollector {
  const found = new Map<string, SourceFlags>();
  const change = ({ kind, id }: Subject, update: (flags: SourceFlags) => SourceFlags): void => {
    const subject = toSubject(kind, id);
    const key = `${subject.kind} ${subject.id}`;
    found.set(key, update(found.get(key) ?? { subject, list: {}, manifest: {} }));
  };
  return {
    addList: (kind, json) => {
      const container: unknown = isFields(json) ? json[`${kind}s`] : json;
      for (const entry of Array.isArray(container) ? container : []) {
        const id = isFields(entry) ? entry['id'] : undefined;
        if (typeof id !== 'string' && typeof id !== 'number') continue;
        change({ kind, id: String(id) }, (flags) => ({
          ...flags,
          list: { ...readFlags(entry), ...flags.list },
        }));
      }
    },
    addManifest: (subject, json) => {
      if (!isFields(json)) return;
      const good = readGoodVersion(json['versions']);
      change(subject, (flags) => ({
        ...flags,
        manifest: { ...(good && { customModelsGood: true }), ...readFlags(json), ...flags.manifest },
        ...(good && { goodVersion: good }),
      }));
    },
    list: () => [...found.values()],
  };
}

function isFields(json: unknown): json is Fields {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function readFlags(fields: Fields): DocumentFlags {
  const trainingDataGood = readFlag(fields['training_data_good']);
  const customModelsGood = readFlag(fields['custom_models_good']);
  return {
    ...(trainingDataGood !== undefined && { trainingDataGood }),
    ...(customModelsGood !== undefined && { customModelsGood }),
  };
}

/** Other tools write a flag as true, "true" or 1. */
function readFlag(value: unknown): boolean | undefined {
  if (value === true || value === 'true' || value === 1) return true;
  return value === false || value === 'false' || value === 0 ? false : undefined;
}

function readGoodVersion(versions: unknown): SourceFlags['goodVersion'] {
  const good = (Array.isArray(versions) ? versions : []).find(
    (entry): entry is Fields => isFields(entry) && readFlag(entry['good']) === true,
  );
  if (!good) return undefined;
  const name = String(good['name'] ?? good['id'] ?? '');
  return { id: String(good['id'] ?? name), name };
}
