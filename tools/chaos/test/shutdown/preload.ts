/**
 * Loaded into a process before its own code (`node --import`): holds each submission until 800 ms after SIGTERM or SIGWINCH,
 * and throws on SIGWINCH. The production code contains no part of this.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** The time in which a shutdown begins after its signal. */
const SHUTDOWN_START_MS = 800;

const signalled = new Promise<void>((resolve) => {
  process.once('SIGTERM', () => resolve());
  process.once('SIGWINCH', () => resolve());
});

const send = globalThis.fetch;
globalThis.fetch = async (to, init) => {
  if (String(to).endsWith('/run')) {
    await signalled;
    await sleep(SHUTDOWN_START_MS);
  }
  return send(to, init);
};

process.on('SIGWINCH', () => {
  setImmediate(() => {
    throw new Error('unexpected fault');
  });
});
