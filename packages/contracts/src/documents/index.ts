export {
  type ActorDocument,
  actorDocumentSchema,
  type SelectionSetDocument,
  type StyleDocument,
  selectionSetDocumentSchema,
  styleDocumentSchema,
} from './catalogue.ts';
export {
  customLoraModelSchema,
  type ManifestDocument,
  manifestDocumentSchema,
  type VersionDocument,
  versionDocumentSchema,
  versionStatusSchema,
} from './manifest.ts';
