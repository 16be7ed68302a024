import { objectStoreContract } from '../contracts/object-store.ts';
import { createMemoryObjectStore } from './object-store.ts';

objectStoreContract('memory', async () => ({ port: createMemoryObjectStore(), close: async () => {} }));
