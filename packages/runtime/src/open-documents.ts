import {
  type ApplicationSettings,
  createDryRunStore,
  createStoreCheck,
  type Deps,
  type LegacyDocuments,
  type Log,
  type ObjectStore,
  type SharedStoreFault,
} from '@trainyard/application';
import { createLegacyDocuments } from '@trainyard/storage';
import {
  createDocumentPorts,
  createIds,
  describeObjectStore,
  openConfiguredObjectStore,
  toApplicationSettings,
} from './adapters.ts';
import { type CloseStack, openAll } from './process/shutdown.ts';
import type { Settings } from './settings/settings.ts';

/** The documents of the object store, opened without Redis. */
export interface OpenDocuments extends Pick<Deps, 'objects' | 'catalogue' | 'manifests'> {
  readonly legacyDocuments: LegacyDocuments;
  readonly settings: ApplicationSettings;
  /** The object store for messages, without credentials. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * The access to the object store: `read` refuses writes, `dry_run` keeps them in memory, and both create no folder and no
 * object.
 */
export type DocumentAccess = 'read' | 'dry_run' | 'write';

/** Opens the documents of the object store. Throws ObjectStoreError and UnfitObjectStoreError. */
export function openDocuments(
  settings: Settings,
  { log, access }: { readonly log: Log; readonly access: DocumentAccess },
): Promise<OpenDocuments> {
  return openAll(log, async ({ register }: CloseStack) => {
    const opened = await openConfiguredObjectStore(settings, { readOnly: access !== 'write' });
    const store = register('object store', opened, (each) => each.close());
    const address = describeObjectStore(settings);
    const objects =
      access === 'write' ? await checkStore(register, store, { address, log }) : toUnwritten(store, access);
    const ports = createDocumentPorts(objects, settings);
    return {
      objects,
      ...ports,
      legacyDocuments: createLegacyDocuments(objects, ports.catalogue, {
        catalogueKey: settings.CATALOGUE_KEY,
      }),
      settings: toApplicationSettings(settings, async () => undefined),
      address,
    };
  });
}

function toUnwritten(store: ObjectStore, access: DocumentAccess): ObjectStore {
  return access === 'dry_run' ? createDryRunStore(store) : store;
}

/** A command has no other process to share a fault with. */
const UNSHARED: SharedStoreFault = {
  read: async () => undefined,
  report: async () => undefined,
  clear: async () => undefined,
};

async function checkStore(
  register: CloseStack['register'],
  objects: ObjectStore,
  { address, log }: { readonly address: string; readonly log: Log },
): Promise<ObjectStore> {
  const { nonce: newId } = createIds();
  const options = { objects, address, shared: UNSHARED, newId, now: Date.now, log };
  const check = register('object store check', createStoreCheck(options), (each) => each.stop());
  await check.start();
  return check.objects;
}
