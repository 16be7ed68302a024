import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Above 10080, the last port to which `fetch` does not connect. */
const LOWEST_PORT = 10_081;
/** Below the ephemeral ports, because the kernel gives those to connections while a restarted process is down. */
const HIGHEST_PORT = 32_000;
const assignedPorts = new Set<number>();

/**
 * Finds a loopback port without a listener and never returns the same port twice in a process. Throws when all of about
 * 22 000 ports were returned.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    if (assignedPorts.size >= HIGHEST_PORT - LOWEST_PORT) throw new Error('No free port left to assign');
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    if (assignedPorts.has(port)) continue;
    assignedPorts.add(port);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(false) : reject(error),
    );
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
