import { nextVersionName, type Subject } from '@trainyard/domain';
import { VersionNameTakenError } from '../../errors.ts';
import type { Manifests, NewVersion, VersionEntry } from '../../ports/storage/manifests.ts';

/** The manifest methods of the lifecycle of a training. */
export type MemoryManifests = Pick<
  Manifests,
  'listVersions' | 'listTakenNames' | 'listModels' | 'openVersion' | 'finalizeVersion' | 'setLiveStatus'
>;

interface WriteOptions {
  /** A late write of an ended entry changes nothing. */
  readonly keepEnded: boolean;
  readonly toOutputKey?: (versionName: string) => string;
}

const ENDED: ReadonlySet<VersionEntry['status']> = new Set(['completed', 'failed', 'cancelled']);

/** Creates manifests that hold versions only, without good flags and without documents of other tools. */
export function createMemoryManifests(): MemoryManifests {
  const bySubject = new Map<string, VersionEntry[]>();
  const listEntries = ({ kind, id }: Subject): VersionEntry[] => {
    const key = `${kind}:${id}`;
    const entries = bySubject.get(key) ?? [];
    bySubject.set(key, entries);
    return entries;
  };
  const write = (
    subject: Subject,
    { name, ...version }: NewVersion,
    { keepEnded, toOutputKey }: WriteOptions,
  ): VersionEntry => {
    const entries = listEntries(subject);
    const index = entries.findIndex(({ training_id }) => training_id === version.training_id);
    const known = entries[index];
    if (known && keepEnded && isLate(known, version)) return known;
    if (!known && name !== undefined && entries.some((each) => each.name === name))
      throw new VersionNameTakenError(subject, name);
    const entry: VersionEntry = {
      ...(keepEnded || version.status === 'completed' ? known : omitModel(known)),
      id: known?.id ?? `${subject.kind}_${subject.id}_${version.training_id}`,
      name: known?.name ?? name ?? nextVersionName(entries.map((each) => each.name)),
      good: known?.good ?? false,
      ...version,
    };
    const written = toOutputKey ? { ...entry, output_key: toOutputKey(entry.name) } : entry;
    if (known) entries[index] = written;
    else entries.push(written);
    return written;
  };
  return {
    listVersions: async (subject) => structuredClone(listEntries(subject)),
    listTakenNames: async (subject) => listEntries(subject).map(({ name }) => name),
    listModels: async () =>
      [...bySubject.values()].flat().map(({ training_id, loraUrl, output_key }) => ({
        ...(training_id !== undefined && { trainingId: training_id }),
        addresses: [loraUrl, output_key].filter((address) => address !== undefined),
      })),
    openVersion: async (subject, version, toOutputKey) =>
      structuredClone(write(subject, version, { keepEnded: true, ...(toOutputKey && { toOutputKey }) })),
    finalizeVersion: async (subject, version) =>
      structuredClone(write(subject, version, { keepEnded: false })),
    setLiveStatus: async (subject, live) => {
      const entries = listEntries(subject);
      const index = entries.findIndex(({ training_id }) => training_id === live.training_id);
      const known = entries[index];
      if (known?.attempt === live.attempt && !ENDED.has(known.status)) entries[index] = { ...known, ...live };
    },
  };
}

/** An entry that is not completed has no model. */
function omitModel(known: VersionEntry | undefined): Partial<VersionEntry> {
  const {
    loraUrl: _,
    sha256: __,
    runpod_job_id: ___,
    verified: ____,
    ...others
  } = known ?? ({} as Partial<VersionEntry>);
  const { samples: _____, final_loss: ______, file_name: _______, size_bytes: ________, ...rest } = others;
  return rest;
}

/** Whether the version belongs to an earlier attempt, or to no later attempt than an entry that has ended. */
function isLate(known: VersionEntry, { attempt = 0 }: Pick<VersionEntry, 'attempt'>): boolean {
  const knownAttempt = known.attempt ?? 0;
  return attempt < knownAttempt || (ENDED.has(known.status) && attempt <= knownAttempt);
}
