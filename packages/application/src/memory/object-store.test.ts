import { objectStoreContract } from '../contract-suites/object-store.ts';
import { createMemoryObjectStore } from './object-store.ts';

objectStoreContract('memory', async () => ({ port: createMemoryObjectStore(), close: async () => {} }));
