export { type Opened, objectStoreContract } from './object-store.ts';
