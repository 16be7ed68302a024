import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openLogFile } from './log-file.ts';

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'log-file-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test('a log file keeps the lines of earlier processes', async () => {
  const path = join(await newFolder(), 'trainyard.log');
  for (const line of ['a\n', 'b\n']) {
    const log = openLogFile(path, () => expect.unreachable());
    log.write(line);
    await log.end();
  }
  expect(await readFile(path, 'utf8')).toBe('a\nb\n');
});

test('a log file that cannot be written is reported once and stops no process', async () => {
  const path = join(await newFolder(), 'trainyard.log');
  await mkdir(path);
  const errors: string[] = [];
  const log = openLogFile(path, (message) => errors.push(message));
  log.write('a\n');
  await expect.poll(() => errors).toHaveLength(1);
  log.write('b\n');
  await log.end();
  expect(errors).toEqual([expect.stringContaining(path)]);
});
