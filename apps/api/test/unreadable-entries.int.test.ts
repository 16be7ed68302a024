import {
  createBatchBudgetPruner,
  createCatalogueWatch,
  handleTicks,
  setSchedule,
} from '@trainyard/application';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { toFeedMessages } from '../src/live/feed-messages.ts';
import { openTestSystem, type TestSystem } from './test-system.ts';

const HOUR = 3_600_000;

/** Writes the entries into the catalogue in front of its own. */
async function plantActors({ deps }: TestSystem, entries: string): Promise<void> {
  const stored = new TextDecoder().decode((await deps.objects.get('data/actors.json'))?.body);
  const rest = stored.slice(stored.indexOf('[') + 1);
  await deps.objects.put('data/actors.json', `[${entries},${rest.slice(0, rest.lastIndexOf(']'))}]`);
}

const ACTOR_ROUTES = [
  ['GET', '/api/actors?limit=1'],
  ['GET', '/api/actors/0019/training-data'],
  ['GET', '/api/actors/0019/training-versions'],
  ['GET', '/api/auto-train/candidates'],
  ['POST', '/api/trainings/preview', { kind: 'actor', subject_id: '0019' }],
  ['POST', '/api/actors/0019/training-data/mark-good', { good: true }],
  ['POST', '/api/auto-train/runs', { limit: 1, dry_run: true }],
] as const;

describe('an unreadable entry of the catalogue', () => {
  it.each([
    [
      '"count": "many"',
      '{"id": "9001", "training_data": {"count": "many"}}',
      /\(9001\)\.training_data\.count/,
    ],
    ['"age": NaN', '{"id": "9001", "age": NaN}', /\(9001\)\.age/],
    ['a number', '17', /actor 1 is not an object/],
    ['a name with NUL', '{"id": "9001", "name": "a\\u0000b"}', /\(9001\)\.name/],
    ['a lone surrogate', '{"id": "9001", "name": "a\\ud800"}', /\(9001\)\.name/],
  ])('leaves every other actor usable, and an alarm names it: %s', async (_, entry, named) => {
    const system = await openTestSystem();
    const watch = createCatalogueWatch(system.deps);
    await plantActors(system, entry);
    for (const [method, path, body] of ACTOR_ROUTES) {
      const answer = await system.call(method, path, body);
      expect([path, answer.statusCode]).toEqual([path, 200]);
    }
    await watch();
    const { alarms } = (await system.call('GET', '/api/dispatch')).json();
    expect(alarms).toMatchObject([
      { code: 'catalogue_entry_unreadable', detail: { count: 1, entries: [expect.stringMatching(named)] } },
    ]);
    if (entry.startsWith('{')) {
      const own = await system.call('GET', '/api/actors/9001');
      expect([own.statusCode, own.json()]).toMatchObject([
        409,
        { code: 'catalogue_entry_unreadable', detail: expect.stringMatching(named) },
      ]);
    }
    await system.deps.objects.put('data/actors.json', '[]');
    await watch();
    expect((await system.call('GET', '/api/dispatch')).json().alarms).toEqual([]);
  });

  it('is usable when its values convert without loss, which is logged', async () => {
    const system = await openTestSystem();
    await plantActors(system, '{"id": 9001, "training_data": {"count": "15", "synced": "true"}}');
    const own = (await system.call('GET', '/api/actors/9001')).json();
    expect(own.training_data).toMatchObject({ count: 15, synced: true });
    await createCatalogueWatch(system.deps)();
    const logged = system.lines.find(({ event }) => event === 'catalogue_values_converted');
    expect(logged?.fields).toMatchObject({
      count: 2,
      values: [expect.stringContaining('"15" is read as 15'), {}],
    });
  });
});

describe('an unreadable batch', () => {
  it('leaves the list of batches, the live feed, the pruner and the schedule working, and is logged by name', async () => {
    const system = await openTestSystem();
    const { deps, call, lines } = system;
    const start = Date.parse('2026-06-01T00:30:00Z');
    const at = (hours: number) => ({ ...deps, clock: { ...deps.clock, now: () => start + hours * HOUR } });
    await setSchedule(at(0), { cron: '0 * * * *', tz: 'UTC', enabled: true, limit: 1 });
    await handleTicks(at(1));
    const [broken] = (await deps.batches.list({ limit: 1 })).items;
    const other = (await call('POST', '/api/auto-train/runs', { actor_ids: ['0050'] })).json();
    const redis = new Redis(system.redis.url);
    await redis.hset(`{trainyard}:batch:${broken?.id}`, 'doc', '{"layout": 1}');
    await redis.quit();

    const runs = (await call('GET', '/api/auto-train/runs')).json().runs;
    expect(runs.map(({ id }: { id: string }) => id)).toEqual([other.id]);
    const entries = [broken?.id ?? '', other.id].map((batchId, n) => ({
      kind: 'batch',
      batchId,
      position: `${n}-0`,
    }));
    const messages = await toFeedMessages({ ...deps }, entries as never);
    expect(messages.map(({ event }) => event)).toMatchObject([{ data: { id: other.id } }]);
    expect(await createBatchBudgetPruner(deps)()).toBe(0);
    // The training of the unreadable batch is still queued, so that its schedule overlaps.
    await handleTicks(at(2));
    expect((await deps.batches.getSchedule()).ticks.map(({ outcome }) => outcome)).toEqual([
      'overlap',
      'ran',
    ]);
    const named = lines
      .filter(({ event }) => event === 'batch_unreadable')
      .map(({ fields }) => fields['batch_id']);
    expect(new Set(named)).toEqual(new Set([broken?.id]));
    expect(named).toHaveLength(4);
  });
});

describe('an unreadable training', () => {
  it('leaves the lists of trainings and of slots working, and is logged by name', async () => {
    const system = await openTestSystem();
    const { call, lines } = system;
    const [broken, other] = [
      (await call('POST', '/api/trainings', { kind: 'actor', subject_id: '0019' })).json(),
      (await call('POST', '/api/trainings', { kind: 'actor', subject_id: '0050' })).json(),
    ];
    const redis = new Redis(system.redis.url);
    await redis.hset(`{trainyard}:training:${broken.id}`, 'doc', '{"layout": 1}');
    await redis.hset('{trainyard}:active-attempts', broken.id, JSON.stringify({ attempt: 1, since: 1 }));
    await redis.quit();

    for (const path of ['/api/trainings', '/api/trainings?limit=1']) {
      const list = await call('GET', path);
      expect([list.statusCode, list.json().trainings.map(({ id }: { id: string }) => id)]).toEqual([
        200,
        [other.id],
      ]);
    }
    expect((await call('GET', '/api/slots')).json()).toMatchObject({
      in_use_count: 1,
      in_use: [],
      next: [{ training_id: other.id }],
    });
    const named = lines.filter(({ event }) => event === 'training_unreadable');
    expect(new Set(named.map(({ fields }) => fields['training_id']))).toEqual(new Set([broken.id]));
  });
});
