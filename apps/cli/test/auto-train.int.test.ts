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

/** The CLI against a server with an ineligible and two eligible actors. */
async function openWithActors() {
  const system = await openTestSystem();
  await writeActors(system.deps, ['0001', '0019', '0042']);
  const url = await system.serve();
  return { ...system, ran: (...args: readonly string[]) => system.ran('--url', url, ...args) };
}

describe('trainyard auto-train', () => {
  test('prints the report of the legacy script for a dry run, a run and a cancelled run', async () => {
    const { ran } = await openWithActors();
    const dry = await ran('auto-train', '--dry-run');
    expect(dry.code).toBe(0);
    expect(dry.out).toContain('✗ Skipped: 0001 european 20 female (training data not marked as good)');
    expect(dry.out).toContain('✓ Eligible: 0019 european 20 female (ID: 19, Images: 1)');
    expect(dry.out).toContain('  - Steps: 1500');
    expect(dry.out).toContain('Would train: 2\nWould skip: 1\n');
    const run = JSON.parse((await ran('--json', 'auto-train', '--limit', '1', '--yes')).out);
    expect(run.enqueued).toHaveLength(1);
    expect((await ran('runs')).out).toContain(run.id.slice(-8));
    expect((await ran('runs', 'priority', run.id.slice(-8), '7')).out).toContain('1 enqueued, 2 skipped');
    expect((await ran('runs', 'cancel', run.id, '--by', 'me')).code).toBe(0);
    const watched = await ran('runs', 'show', run.id, '--watch');
    expect(watched.code).toBe(5);
    expect(watched.out).toContain('Total actors processed: 1\nSuccessful: 0\nFailed: 0\nCancelled: 1\n');
  });

  test('exits with 0 without eligible actors and refuses invalid options', async () => {
    const { ran } = await openWithActors();
    const empty = await ran('auto-train', '--actor', '0001', '--yes', '--watch');
    expect(empty.code).toBe(0);
    expect(empty.out).toContain('Total actors processed: 0');
    expect((await ran('auto-train', '--all', '--yes', '--policy', 'best')).code).toBe(4);
    expect((await ran('auto-train', '--budget', 'much')).code).toBe(2);
  });
});

describe('trainyard schedule', () => {
  test('sets, shows and deletes the schedule, and refuses an invalid schedule with its faults', async () => {
    const { ran } = await openWithActors();
    expect((await ran('schedule')).out).toBe('Auto-train has no schedule.\n');
    const bad = await ran('schedule', 'set', '61 * * * *', '--tz', 'Europe/Atlantis', '--limit', '1');
    expect(bad.code).toBe(4);
    expect(bad.err).toMatch(/cron: minute is 61; it must be 0–59.*--tz.*time zone/s);
    const unbounded = await ran('schedule', 'set', '0 2 * * *');
    expect([unbounded.code, unbounded.err]).toEqual([
      2,
      'trainyard: Give --limit, --budget or both: they bound what each tick may cost.\n',
    ]);
    expect((await ran('schedule', 'set', '--help')).out).toContain('Give --limit, --budget or both');
    const set = await ran('schedule', 'set', '0 22 * * *', '--tz', 'Europe/Berlin', '--limit', '20');
    expect(set.out).toContain('0 22 * * * (Europe/Berlin), at most 20 actors');
    expect(set.out.match(/ {2}next {2}\w{3} \d+ \w{3} 22:00 Europe\/Berlin/g)).toHaveLength(5);
    expect(JSON.parse((await ran('--json', 'schedule', 'off')).out).schedule).toBeNull();
  });
});
