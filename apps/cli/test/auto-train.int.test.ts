import type { Deps } from '@trainyard/application';
import { describe, expect, test } from 'vitest';
import { openTestSystem } from './test-system.ts';

async function writeActors({ objects }: Deps, ids: readonly string[]): Promise<void> {
  await objects.put('images/a.png', new Uint8Array(20_000));
  const actors = ids.map((id, at) => ({
    id,
    name: `${id} european 20 female`,
    training_data: { s3_urls: [objects.toUri('images/a.png')], count: 1, synced: true },
    training_data_good: at > 0,
  }));
  await objects.put('data/actors.json', JSON.stringify(actors));
}

/** The program against a server with one actor that is left out and two that are not. */
async function openWithActors() {
  const place = await openTestSystem();
  await writeActors(place.deps, ['0001', '0019', '0042']);
  const url = await place.serve();
  return { ...place, ran: (...args: readonly string[]) => place.ran('--url', url, ...args) };
}

describe('trainyard auto-train', () => {
  test('reports in the manner of seed 002: first dry, then in earnest, then what became of it', async () => {
    const { ran } = await openWithActors();
    const dry = await ran('auto-train', '--dry-run');
    expect(dry.code).toBe(0);
    expect(dry.out).toContain('✗ Skipped: 0001 european 20 female (training data not marked as good)');
    expect(dry.out).toContain('✓ Eligible: 0019 european 20 female (ID: 19, Images: 1)');
    expect(dry.out).toContain('  - Steps: 1500');
    expect(dry.out).toContain('Would train: 2\nWould skip: 1\n');
    const run = JSON.parse((await ran('--json', 'auto-train', '--limit', '1')).out);
    expect(run.enqueued).toHaveLength(1);
    expect((await ran('runs')).out).toContain(`${run.id}`);
    expect((await ran('runs', 'priority', run.id, '7')).out).toContain('1 of 3 enqueued');
    expect((await ran('runs', 'cancel', run.id, '--by', 'me')).code).toBe(0);
    const watched = await ran('runs', 'show', run.id, '--watch');
    expect(watched.code).toBe(5);
    expect(watched.out).toContain('Total actors processed: 1\nSuccessful: 0\nFailed: 0\nCancelled: 1\n');
  });

  test('ends well when there is nobody to train, and refuses what cannot be', async () => {
    const { ran } = await openWithActors();
    const nobody = await ran('auto-train', '--actor', '0001', '--watch');
    expect(nobody.code).toBe(0);
    expect(nobody.out).toContain('Total actors processed: 0');
    expect((await ran('auto-train', '--policy', 'best')).code).toBe(4);
    expect((await ran('auto-train', '--budget', 'much')).code).toBe(2);
  });
});

describe('trainyard schedule', () => {
  test('is set, shown and taken away; a faulty one is refused with its faults', async () => {
    const { ran } = await openWithActors();
    expect((await ran('schedule')).out).toBe('Auto-train does not run by itself.\n');
    const bad = await ran('schedule', 'set', '61 * * * *', '--tz', 'Europe/Atlantis');
    expect(bad.code).toBe(4);
    expect(bad.err).toMatch(/cron.*tz.*limit/s);
    const set = await ran('schedule', 'set', '0 22 * * *', '--tz', 'Europe/Berlin', '--limit', '20');
    expect(set.out).toContain('0 22 * * * (Europe/Berlin), at most 20 actors');
    expect(set.out.match(/ {2}next {2}/g)).toHaveLength(5);
    expect(JSON.parse((await ran('--json', 'schedule', 'off')).out).schedule).toBeNull();
  });
});
