import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openTestSystem } from './test-system.ts';

describe('trainyard import', () => {
  test('imports the folder of an existing tool after a dry run, and exits with 5 for a refused document', async () => {
    const { deps, ran } = await openTestSystem();
    const folder = mkdtempSync(join(tmpdir(), 'trainyard-import-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'actorsData.json'), '[{"id": "0019", "mood": "bright"}]');
    expect(JSON.parse((await ran('import', folder, '--dry-run', '--json')).out)).toMatchObject({
      dry_run: true,
      notes: [{ what: 'added', of: 'actor 0019', source: 'actorsData.json' }],
    });
    expect(await deps.catalogue.listActors()).toEqual([]);
    const { code, out } = await ran('import', folder);
    expect([code, out]).toEqual([0, expect.stringMatching(/^new +actor 0019 \(actorsData\.json\)\n1 new,/)]);
    expect(await deps.catalogue.findActor('0019')).toBeDefined();
    writeFileSync(join(folder, 'styles.json'), '{"styles": [');
    expect(await ran('import', folder)).toMatchObject({
      code: 5,
      out: expect.stringContaining('styles.json: not JSON'),
    });
    expect((await ran('import', '--refresh')).out).toContain('image counts of 0 actors');
    expect((await ran('import')).code).toBe(2);
    expect((await ran('import', join(folder, 'none'))).code).toBe(2);
  });
});
