export { type CatalogueOptions, createCatalogue } from './catalogue/catalogue.ts';
export { openExportFolder } from './legacy/export-folder.ts';
export { openImportFolder } from './legacy/import-folder.ts';
export { createLegacyDocuments } from './legacy/legacy-documents.ts';
export { createManifests } from './manifests/manifests.ts';
export { createFolder } from './object-store/folder-files.ts';
export type { ObjectStoreOptions, OpenObjectStore, S3Options } from './object-store/options.ts';
export { openObjectStore } from './open-object-store.ts';
