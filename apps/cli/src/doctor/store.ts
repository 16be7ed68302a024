import { randomUUID } from 'node:crypto';
import { examineObjectStore, type ObjectStore } from '@trainyard/application';
import {
  createDocumentPorts,
  describeObjectStore,
  openConfiguredObjectStore,
  type Settings,
} from '@trainyard/runtime';
import { toErrorMessage } from '../terminal/exit.ts';
import { createFindings, type Finding } from './finding.ts';

const storePart = createFindings('Object store');
const cataloguePart = createFindings('Catalogue');

/** A start examines a store once; the doctor repeats the parallel writes, which fail by chance. */
const ROUNDS = 5;

/** Checks the configured object store by the examination of every start, and counts the catalogue in it. */
export async function examineStores(settings: Settings): Promise<readonly Finding[]> {
  const store = await openConfiguredObjectStore(settings);
  try {
    const findings = await examineStore(store, describeObjectStore(settings));
    if (findings.some(({ verdict }) => verdict === 'fault')) return findings;
    return [...findings, ...(await examineCatalogue(store, settings))];
  } finally {
    await store.close();
  }
}

/** Checks an object store under temporary keys; each finding names its address. */
export async function examineStore(store: ObjectStore, address: string): Promise<readonly Finding[]> {
  const result = await examineObjectStore(store, { newId: randomUUID, rounds: ROUNDS });
  if (result.kind === 'unavailable') return [storePart.fault(`${address} is unavailable: ${result.reason}`)];
  return result.findings.map(({ status, text }) => storePart[status](`${address}: ${text}`));
}

/** Faults of the catalogue that are named one by one. */
const NAMED_ENTRIES = 20;

/**
 * Reads the catalogue and counts its subjects. A catalogue that cannot be read is a fault; an unreadable entry and a
 * converted value are warnings, because every other entry stays usable.
 */
export async function examineCatalogue(store: ObjectStore, settings: Settings): Promise<readonly Finding[]> {
  const { CATALOGUE_KEY: key } = settings;
  try {
    const { catalogue } = createDocumentPorts(store, settings);
    const [head, actors, styles] = await Promise.all([
      store.head(key),
      catalogue.listActors(),
      catalogue.listStyles(),
    ]);
    const counts = `${actors.length} actors, ${styles.length} styles`;
    const summary = head
      ? cataloguePart.ok(`${key}: ${counts}`)
      : cataloguePart.warning(`there is no ${key} yet (${counts}): run npx trainyard import DIR`);
    const { unreadable, converted } = await catalogue.listFaults();
    const leftOut = unreadable.map(({ fault }) => `${fault}; the entry is left out until it is corrected`);
    return [summary, ...toWarnings(leftOut), ...toWarnings(converted.map(({ fault }) => fault))];
  } catch (error) {
    return [cataloguePart.fault(toErrorMessage(error))];
  }
}

function toWarnings(texts: readonly string[]): readonly Finding[] {
  const named = texts.slice(0, NAMED_ENTRIES).map((text) => cataloguePart.warning(text));
  const rest = texts.length - named.length;
  return rest > 0 ? [...named, cataloguePart.warning(`and ${rest} more`)] : named;
}
