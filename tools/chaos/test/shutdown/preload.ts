/**
 * Loaded into a process of ours before its own code (`node --import`): holds every submission back for a while after
 * its start was saved, and throws out of nowhere when asked to. Nothing of this stands in the code of production.
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
    throw new Error('a fault that nobody foresaw');
  });
});
