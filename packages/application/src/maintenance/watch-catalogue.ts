import pLimit from 'p-limit';
import type { Deps } from '../deps.ts';
import { CorruptDocumentError } from '../errors.ts';
import type { PublishDeps } from '../notifications/publish.ts';
import { type EntryFault, SubjectAmbiguousError } from '../ports/storage/entry-fault.ts';
import { recordReading } from './watch.ts';

type CatalogueDeps = Pick<Deps, 'catalogue' | 'manifests'>;
type WatchCatalogueDeps = PublishDeps & CatalogueDeps & Pick<Deps, 'store' | 'clock'>;

/** Styles whose documents are read at the same time. */
const CONCURRENCY = 8;
/** Entries that the alarm names; its count includes the others. */
const NAMED_ENTRIES = 20;

/**
 * Creates the watch of the catalogue. Unreadable entries of actors, styles, versions and selection sets raise the alarm
 * `catalogue_entry_unreadable`, which names them; subjects with several entries, or with manifests that differ, raise
 * `catalogue_ambiguous`. Every other subject stays usable. Converted values are logged once as
 * `catalogue_values_converted`. The watch throws ObjectStoreError.
 */
export function createCatalogueWatch(deps: WatchCatalogueDeps): () => Promise<void> {
  let logged = '[]';
  return async () => {
    const { unreadable, converted, ambiguous } = await listCatalogueFaults(deps);
    await recordReading(deps, 'catalogue_entry_unreadable', toDetail(unreadable));
    await recordReading(deps, 'catalogue_ambiguous', toDetail(ambiguous));
    const values = converted.slice(0, NAMED_ENTRIES).map(({ fault }) => fault);
    if (JSON.stringify(values) !== logged)
      deps.log.warn('catalogue_values_converted', { count: converted.length, values });
    logged = JSON.stringify(values);
  };
}

function toDetail(faults: readonly EntryFault[]) {
  if (faults.length === 0) return undefined;
  return { count: faults.length, entries: faults.slice(0, NAMED_ENTRIES).map(({ fault }) => fault) };
}

type Faults = Awaited<ReturnType<Deps['catalogue']['listFaults']>>;

/** Lists the faults of the catalogue and of every manifest and selection set. Throws ObjectStoreError. */
async function listCatalogueFaults(deps: CatalogueDeps): Promise<Faults> {
  const { catalogue, manifests } = deps;
  const found = await catalogue.listFaults().catch((error: unknown) => ({
    unreadable: toFaults(error),
    converted: [],
    ambiguous: [],
  }));
  const actors = await withoutCorrupt(catalogue.listActors(), []);
  const styles = await withoutCorrupt(catalogue.listStyles(), []);
  const histories = await manifests.listVersionsByActor(actors.map(({ id }) => id));
  const limit = pLimit(CONCURRENCY);
  const ofStyles = styles.flatMap(({ id }) => [
    limit(() => catalogue.listSelectionSetFaults(id).catch(toFaults)),
    limit(() => manifests.listFaults({ kind: 'style', id }).catch(toFaults)),
  ]);
  const errors = [...histories.values()].filter((each) => each instanceof Error);
  const isAmbiguous = (each: Error) => each instanceof SubjectAmbiguousError;
  const ofActors = errors.filter((each) => !isAmbiguous(each)).flatMap(toFaults);
  const differing = errors.filter(isAmbiguous).map(({ key, message }) => ({ key, fault: message }));
  return {
    converted: found.converted,
    unreadable: [...found.unreadable, ...ofActors, ...(await Promise.all(ofStyles)).flat()],
    ambiguous: [...found.ambiguous, ...differing],
  };
}

/** The fault of a whole document. Other errors are thrown. */
function toFaults(error: unknown): readonly EntryFault[] {
  if (!(error instanceof CorruptDocumentError)) throw error;
  return [{ key: error.key, fault: error.message }];
}

async function withoutCorrupt<T>(read: Promise<T>, fallback: T): Promise<T> {
  return read.catch((error: unknown) => {
    toFaults(error);
    return fallback;
  });
}
