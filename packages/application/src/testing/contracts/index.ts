export { createMemorySessions } from '../memory/sessions.ts';
export { catalogueContract } from './catalogue.ts';
export { manifestsContract } from './manifests.ts';
export { objectStoreContract } from './object-store.ts';
export type { PortHandle, PortWithStore } from './port-handle.ts';
export { type ProviderUnderTest, providerContract, type SubmissionFault } from './provider.ts';
export { type OpenStateStore, type StateStoreHandle, stateStoreContract } from './state-store.ts';
