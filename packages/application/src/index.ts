export { createMemoryObjectStore, type MemoryObjectStoreOptions } from './memory/object-store.ts';
export {
  type Actor,
  type Catalogue,
  CorruptDocumentError,
  type SelectionSet,
  type SelectionSetChange,
  SelectionSetNotFoundError,
  type Style,
  SubjectNotFoundError,
  type TrainingData,
} from './ports/catalogue.ts';
export {
  type Judgement,
  type Manifests,
  type NewVersion,
  type VersionEntry,
  VersionNameTakenError,
  VersionNotFoundError,
  type VersionStatus,
} from './ports/manifests.ts';
export { assertObjectKey, readObjectUri } from './ports/object-key.ts';
export {
  type ObjectHead,
  type ObjectStore,
  ObjectStoreError,
  PreconditionFailedError,
  type PutOptions,
  type StoredObject,
  type WriteCondition,
} from './ports/object-store.ts';
export type {
  CancelAnswer,
  EndpointHealth,
  HealthAnswer,
  Provider,
  RefusalScope,
  RunObservation,
  Submission,
  SubmitAnswer,
} from './ports/provider.ts';
