import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { UsageError } from '../terminal/exit.ts';
import { openHome } from './home.ts';

test('a data folder that cannot be created is refused with its path and a remedy, and nothing hangs', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'trainyard-home-test-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, 'file');
  writeFileSync(file, '');
  for (const path of ['/proc/nope/deeper', file, join(file, 'below'), join(dir, 'x'.repeat(300))]) {
    const error = await openHome(path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain(`The data folder ${path} cannot be used`);
    expect(String(error)).toContain('--data');
  }
});
