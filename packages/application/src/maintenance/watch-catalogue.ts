import pLimit from 'p-limit';
import type { Deps } from '../deps.ts';
import { CorruptDocumentError } from '../errors.ts';
import type { PublishDeps } from '../notifications/publish.ts';
import type { EntryFault } from '../ports/storage/entry-fault.ts';
import { recordReading } from './watch.ts';

type CatalogueDeps = Pick<Deps, 'catalogue' | 'manifests'>;
type WatchCatalogueDeps = PublishDeps & CatalogueDeps & Pick<Deps, 'store' | 'clock'>;

/** Styles whose documents are read at the same time. */
const CONCURRENCY = 8;
/** Entries that the alarm names; its count includes the others. */
const NAMED_ENTRIES = 20;

/**
 * Creates the watch of the catalogue. Unreadable entries of actors, styles, versions and selection sets raise the alarm
 * `catalogue_entry_unreadable`, which names them; every other entry stays usable. Converted values are logged once as
 * `catalogue_values_converted`. The watch throws ObjectStoreError.
 */
export function createCatalogueWatch(deps: WatchCatalogueDeps): () => Promise<void> {
  let logged = '[]';
  return async () => {
    const { unreadable, converted } = await listCatalogueFaults(deps);
    const entries = unreadable.slice(0, NAMED_ENTRIES).map(({ fault }) => fault);
    const detail = { count: unreadable.length, entries };
    await recordReading(deps, 'catalogue_entry_unreadable', entries.length > 0 ? detail : undefined);
    const values = converted.slice(0, NAMED_ENTRIES).map(({ fault }) => fault);
    if (JSON.stringify(values) !== logged)
      deps.log.warn('catalogue_values_converted', { count: converted.length, values });
    logged = JSON.stringify(values);
  };
}

type Faults = Awaited<ReturnType<Deps['catalogue']['listFaults']>>;

/** Lists the faults of the catalogue and of every manifest and selection set. Throws ObjectStoreError. */
async function listCatalogueFaults(deps: CatalogueDeps): Promise<Faults> {
  const { catalogue, manifests } = deps;
  const found = await catalogue.listFaults().catch((error: unknown) => ({
    unreadable: toFaults(error),
    converted: [],
  }));
  const actors = await withoutCorrupt(catalogue.listActors(), []);
  const styles = await withoutCorrupt(catalogue.listStyles(), []);
  const histories = await manifests.listVersionsByActor(actors.map(({ id }) => id));
  const limit = pLimit(CONCURRENCY);
  const ofStyles = styles.flatMap(({ id }) => [
    limit(() => catalogue.listSelectionSetFaults(id).catch(toFaults)),
    limit(() => manifests.listFaults({ kind: 'style', id }).catch(toFaults)),
  ]);
  const ofActors = [...histories.values()].flatMap((each) => (each instanceof Error ? toFaults(each) : []));
  return {
    ...found,
    unreadable: [...found.unreadable, ...ofActors, ...(await Promise.all(ofStyles)).flat()],
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
