export { type CatalogueOptions, createCatalogue } from './catalogue/catalogue.ts';
export { openImportFolder } from './import/import-folder.ts';
export { createManifests } from './manifests/manifests.ts';
export { openObjectStore } from './object-store/open-object-store.ts';
export type { ObjectStoreOptions, OpenObjectStore, S3Options } from './object-store/options.ts';
