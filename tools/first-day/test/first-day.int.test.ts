import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** A process of its own: the commands wait for the lock of the folder store while a busy test worker holds it. */
const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

test('a person with sixty actors comes through the first day, from import to export', {
  timeout: 300_000,
}, async () => {
  const played = await promisify(execFile)(process.execPath, [MAIN, '--actors', '60'], {
    maxBuffer: 16 * 1024 * 1024,
  }).catch((error: { readonly stdout: string; readonly message: string }) => error);
  expect(played.stdout.match(/^MISSED.*/gm) ?? []).toEqual([]);
  expect(played.stdout).toContain('Every step met its expectations.');
});
