import { stateStoreContract } from '../contracts/state-store.ts';
import { createMemoryBackend } from './backend.ts';

stateStoreContract('memory', async ({ maxConcurrency }) => {
  let nowMs = 0;
  const now = () => nowMs;
  const backend = createMemoryBackend({ now, maxConcurrency });
  await backend.store.establishEpoch('epoch-1');
  const sleep = async (ms: number) => {
    nowMs += ms;
  };
  return { ...backend, now, sleep, close: async () => undefined };
});
