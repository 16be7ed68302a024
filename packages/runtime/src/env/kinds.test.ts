import { describe, expect, it } from 'vitest';
import { callableUrl } from './kinds.ts';

/** Ports that `fetch` blocks, of which every tenth is asked here, and ports that it does not block. */
const BLOCKED = [1, 22, 25, 79, 110, 143, 465, 587, 636, 993, 2049, 5060, 6000, 6667, 6697, 10080];
const ALLOWED = [80, 443, 2, 1024, 6001, 8787, 10081, 65535];

async function isBlockedByFetch(port: number): Promise<boolean> {
  const fault = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2_000) }).then(
    () => undefined,
    ({ cause }: { cause?: unknown }) => cause,
  );
  return fault instanceof Error && fault.message === 'bad port';
}

describe('the URL of a service that this process calls', () => {
  it.each(BLOCKED)('may not have the port %i, to which fetch does not connect', async (port) => {
    expect(await isBlockedByFetch(port)).toBe(true);
    expect(callableUrl().safeParse(`http://127.0.0.1:${port}/v2`).success).toBe(false);
  });

  it.each(ALLOWED)('may have the port %i', (port) => {
    expect(callableUrl().safeParse(`http://127.0.0.1:${port}/v2`).success).toBe(true);
  });
});
