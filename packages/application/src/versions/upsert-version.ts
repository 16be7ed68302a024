import { type Subject, type Training, toModelName } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { SubjectNotFoundError } from '../errors.ts';
import type { VersionEntry } from '../ports/storage/manifests.ts';
import { toVersionEntry } from './version-entry.ts';

type UpsertDeps = Pick<Deps, 'catalogue' | 'manifests' | 'store' | 'clock'>;
type Entry = Readonly<Record<string, unknown>>;

/**
 * Adds or updates a manifest entry written by a legacy tool (docs/compatibility.md). An entry that names a
 * training of this system, by any of its ids, only fills fields that are empty in our entry, never status,
 * loraUrl or good. Throws SubjectNotFoundError, VersionNameTakenError, CorruptDocumentError.
 */
export async function upsertVersion(deps: UpsertDeps, subject: Subject, entry: Entry): Promise<VersionEntry> {
  if (!(await deps.catalogue.hasSubject(subject))) throw new SubjectNotFoundError(subject);
  const training = await findOwnTraining(deps, subject, entry);
  const nowIso = new Date(deps.clock.now()).toISOString();
  if (!training) return deps.manifests.upsertVersion(subject, entry, nowIso);
  await ensureVersionEntry(deps, training);
  return deps.manifests.upsertVersion(subject, { ...entry, training_id: training.id }, nowIso);
}

/**
 * Ids of legacy entries may carry the kind as prefix: `style_16_1234567890` is the request `16_1234567890`.
 */
function extractIds(subject: Subject, entry: Entry): readonly string[] {
  return ['training_id', 'job_id', 'runpod_job_id', 'id']
    .flatMap((field) => {
      const name = entry[field];
      return typeof name === 'string' && name !== '' ? [name, name.replace(`${subject.kind}_`, '')] : [];
    })
    .filter((name, index, all) => all.indexOf(name) === index);
}

async function findOwnTraining(
  { store }: UpsertDeps,
  subject: Subject,
  entry: Entry,
): Promise<Training | undefined> {
  for (const name of extractIds(subject, entry)) {
    const id = (await store.load(name))?.id ?? (await store.findByAlias(name));
    const training = id === undefined ? undefined : await store.load(id);
    if (training && toModelName(training.request.subject) === toModelName(subject)) return training;
  }
  return undefined;
}

/** Opens the entry of a queued training, so that dispatch adds no second entry (I5). */
async function ensureVersionEntry(deps: UpsertDeps, training: Training): Promise<VersionEntry> {
  const { subject, versionName } = training.request;
  const versions = await deps.manifests.listVersions(subject);
  const known = versions.find(({ training_id }) => training_id === training.id);
  const name = versionName === undefined ? {} : { name: versionName };
  return known ?? deps.manifests.openVersion(subject, { ...toVersionEntry(training), ...name });
}
