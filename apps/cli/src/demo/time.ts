import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Fifty minutes pass in fifteen seconds. */
export const DEMO_FACTOR = 200;

const storedTimeSchema = z.object({ now: z.number() });

/**
 * The moment at which scaled and real time agree, chosen so that the demo's time goes on where it stopped: what is kept
 * of an earlier run must not lie in the future. Pure. @returns epoch ms
 */
export function computeAnchor(realNow: number, lastNow: number | undefined, factor = DEMO_FACTOR): number {
  return lastNow === undefined || lastNow <= realNow
    ? realNow
    : Math.floor((realNow * factor - lastNow) / (factor - 1));
}

function toTimeFile(dir: string): string {
  return join(dir, 'demo-time.json');
}

/** When the last demo in this folder stopped, in its own time. */
export async function readLastNow(dir: string): Promise<number | undefined> {
  const text = await readFile(toTimeFile(dir), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : storedTimeSchema.parse(JSON.parse(text)).now;
}

/** Notes the demo's time for the next one. */
export function writeLastNow(dir: string, now: number): Promise<void> {
  return writeFile(toTimeFile(dir), JSON.stringify({ now }));
}
