/**
 * Loaded into a process before its own code (`node --import`): delays each submission by 800 ms after its start was saved,
 * and throws on SIGWINCH. The production code contains no part of this.
 */
import { setTimeout as sleep } from 'node:timers/promises';

const SUBMISSION_DELAY_MS = 800;

const send = globalThis.fetch;
globalThis.fetch = async (to, init) => {
  if (String(to).endsWith('/run')) await sleep(SUBMISSION_DELAY_MS);
  return send(to, init);
};

process.on('SIGWINCH', () => {
  setImmediate(() => {
    throw new Error('unexpected fault');
  });
});
