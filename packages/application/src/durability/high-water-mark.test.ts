import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryObjectStore } from '../testing/memory/object-store.ts';
import { backUpTrainings, runBackupCycle } from './backup.ts';
import { checkEpoch, renewEpoch } from './epoch.ts';
import { isBehind, nextHighWaterMark, publishHighWaterMark } from './high-water-mark.ts';

type Deps = Parameters<typeof runBackupCycle>[0];

interface ProcessRun {
  readonly diesAfter: number;
  readonly pauses: readonly number[];
}

/** The contents of Redis: epoch and high-water mark, a setting, and a training with its pending backup. */
interface RedisCopy {
  readonly epoch?: string | undefined;
  readonly highWaterMark?: string | undefined;
  readonly maxConcurrency: number;
  readonly rev: number;
  readonly pending?: number | undefined;
}

function createTestSystem() {
  const objects = createMemoryObjectStore();
  let redis: RedisCopy = { maxConcurrency: 2, rev: 1, pending: 1 };
  /** The newest revision that is not pending any more. */
  let settled = 0;
  /** A copy of Redis before each of its writes. */
  const copies: RedisCopy[] = [];
  const write = (next: Partial<RedisCopy>): void => {
    copies.push(redis);
    redis = { ...redis, ...next };
  };
  const store: Partial<Deps['store']> = {
    getControl: async () => ({ paused: false, ...redis }) as never,
    getReplicatedControl: async () => ({ paused: false, ...redis }) as never,
    establishEpoch: async (epoch) => {
      if (redis.epoch === undefined) write({ epoch });
      return redis.epoch!;
    },
    advanceHighWaterMark: async (from, to) => {
      if (redis.highWaterMark === from) write({ highWaterMark: to });
    },
    fence: async (highWaterMark) => {
      if (redis.highWaterMark === highWaterMark) write({ epoch: undefined });
    },
    listPendingBackups: async () =>
      redis.pending === undefined ? [] : [{ trainingId: 't1', rev: redis.pending }],
    load: async () => ({ id: 't1', rev: redis.rev, status: 'queued', request: { subject: {} } }) as never,
    markBackedUp: async ({ rev }) => {
      if (redis.pending === undefined || redis.pending > rev) return;
      settled = Math.max(settled, redis.pending);
      write({ pending: undefined });
    },
  };
  /** A process with these pauses between its calls, which crashes before a call. */
  const process = (
    { diesAfter, pauses }: ProcessRun = { diesAfter: Number.POSITIVE_INFINITY, pauses: [0] },
  ) => {
    let calls = 0;
    const mayCrash = <T extends object>(port: T): T =>
      new Proxy(port, {
        get:
          (target, name) =>
          async (args: unknown, ...more: unknown[]) => {
            calls += 1;
            if (calls > diesAfter) throw new Error('killed');
            for (let remaining = pauses[calls % pauses.length]!; remaining > 0; remaining -= 1)
              await Promise.resolve();
            return (target[name as keyof T] as (...all: unknown[]) => unknown)(args, ...more);
          },
      });
    const batches = { listPendingBackups: async () => [], getSchedule: async () => ({ rev: 0 }) };
    return {
      store: mayCrash(store),
      objects: mayCrash(objects),
      batches,
      budgets: { getLimits: async () => ({ batches: {} }) },
      ids: { nonce: () => randomUUID() },
      log: { error: () => undefined },
    } as unknown as Deps;
  };
  return {
    process,
    copies,
    change: () => write({ rev: redis.rev + 1, pending: redis.rev + 1 }),
    set: () => write({ maxConcurrency: redis.maxConcurrency + 1 }),
    settled: () => settled,
    readStoredLimit: async () => {
      const saved = await objects.get('data/settings.json');
      return (JSON.parse(new TextDecoder().decode(saved!.body)) as { maxConcurrency: number }).maxConcurrency;
    },
    replace: (copy: RedisCopy) => {
      redis = copy;
    },
  };
}

type TestSystem = ReturnType<typeof createTestSystem>;

const processRun = fc.record({
  diesAfter: fc.nat(30),
  pauses: fc.array(fc.nat(9), { minLength: 1, maxLength: 6 }),
});
/** Changes of the training and of the setting, and concurrent backup cycles, each of which crashes at some call. */
const steps = fc.array(
  fc.oneof(
    fc.constantFrom('change' as const, 'set' as const),
    fc.array(processRun, { minLength: 1, maxLength: 3 }),
  ),
  { maxLength: 12 },
);
type Step = 'change' | 'set' | readonly ProcessRun[];

async function runSteps(system: TestSystem, steps: readonly Step[]): Promise<void> {
  for (const each of steps) {
    if (each === 'change' || each === 'set') system[each]();
    else await Promise.all(each.map((one) => runBackupCycle(system.process(one))));
    expect(await checkEpoch(system.process())).toBe('current');
  }
}

describe('the high-water mark', () => {
  it('is behind a higher mark, and behind its own number with a different suffix', () => {
    const one = nextHighWaterMark(undefined, 'a');
    const two = nextHighWaterMark(one, 'b');
    expect([one, two]).toEqual(['1.a', '2.b']);
    expect(isBehind(one, two)).toBe(true);
    expect(isBehind(two, one)).toBe(false);
    expect(isBehind(two, two)).toBe(false);
    expect(isBehind(nextHighWaterMark(one, 'c'), two)).toBe(true);
    expect(isBehind(undefined, one)).toBe(true);
    expect(isBehind('10.a', '9.b')).toBe(false);
  });

  it('matches while Redis loses no write, wherever reconcilers crash', () =>
    fc.assert(fc.asyncProperty(steps, (story) => runSteps(createTestSystem(), story))));

  it('detects every copy of Redis that lost a backed-up write, after one complete backup cycle', () =>
    fc.assert(
      fc.asyncProperty(steps, fc.nat(), async (story, pick) => {
        const system = createTestSystem();
        await checkEpoch(system.process());
        await runSteps(system, story);
        await runBackupCycle(system.process());
        const stored = await system.readStoredLimit();
        const outdated = system.copies.filter(
          ({ epoch, rev, maxConcurrency }) => epoch && (rev < system.settled() || maxConcurrency < stored),
        );
        const copy = outdated[pick % outdated.length];
        if (!copy) return;
        system.replace(copy);
        // Further writes on the old copy do not hide it.
        for (const _ of [1, 2, 3]) {
          system.change();
          await backUpTrainings(system.process());
          await publishHighWaterMark(system.process());
        }
        await runBackupCycle(system.process());
        expect(await checkEpoch(system.process())).toBe('recover_required');
        expect(await system.readStoredLimit()).toBe(stored);
      }),
    ));

  it('detects a copy that lost only a setting, and the setting stays in the backup', async () => {
    const system = createTestSystem();
    await checkEpoch(system.process());
    await runBackupCycle(system.process());
    system.set();
    const old = system.copies.at(-1)!;
    await runBackupCycle(system.process());
    system.replace(old);
    await runBackupCycle(system.process());
    expect(await system.readStoredLimit()).toBe(3);
    expect(await checkEpoch(system.process())).toBe('recover_required');
  });

  it('is added to a Redis and an object store without one', async () => {
    const system = createTestSystem();
    await system.process().objects.put('data/epoch.json', '{"layout":4,"epoch":"old"}');
    system.replace({ epoch: 'old', maxConcurrency: 2, rev: 4 });
    expect(await checkEpoch(system.process())).toBe('current');
    system.change();
    await runBackupCycle(system.process());
    expect(await checkEpoch(system.process())).toBe('current');
    system.replace({ epoch: 'old', maxConcurrency: 2, rev: 4 });
    expect(await checkEpoch(system.process())).toBe('recover_required');
  });

  it('is advanced above every published mark when a recovery makes Redis current again', async () => {
    const system = createTestSystem();
    await checkEpoch(system.process());
    system.change();
    const copy = { epoch: (await system.process().store.getControl()).epoch, maxConcurrency: 2, rev: 1 };
    await runBackupCycle(system.process());
    for (const _ of [1, 2]) {
      system.replace(copy);
      expect(await checkEpoch(system.process())).toBe('recover_required');
      await renewEpoch(system.process());
      expect(await checkEpoch(system.process())).toBe('current');
    }
  });

  it.each([0, 2])(
    'is not published by a paused process after Redis was lost and recovered, with the marks of %d cycles published before',
    async (known) => {
      const system = createTestSystem();
      await checkEpoch(system.process());
      for (let cycles = 0; cycles < known; cycles += 1) {
        system.change();
        await runBackupCycle(system.process());
      }
      system.change();
      await backUpTrainings(system.process());
      const stopped = Promise.withResolvers<void>();
      const woken = Promise.withResolvers<void>();
      const deps = system.process();
      const put: Deps['objects']['put'] = async (...args) => {
        stopped.resolve();
        await woken.promise;
        return deps.objects.put(...args);
      };
      const late = publishHighWaterMark({
        ...deps,
        objects: { ...deps.objects, put, get: deps.objects.get },
      });
      await stopped.promise;
      system.replace({ maxConcurrency: 2, rev: 1 });
      await renewEpoch(system.process());
      woken.resolve();
      await late;
      expect(await checkEpoch(system.process())).toBe('current');
    },
  );

  it('is advanced again by a recovery whose epoch document was changed concurrently', async () => {
    const system = createTestSystem();
    await checkEpoch(system.process());
    const { epoch } = await system.process().store.getControl();
    system.replace({ maxConcurrency: 2, rev: 1 });
    const deps = system.process();
    let late: string | undefined = JSON.stringify({ layout: 4, epoch, highWaterMark: '1.late' });
    const establishEpoch = async (each: string) => {
      if (late) await deps.objects.put('data/epoch.json', late);
      late = undefined;
      return deps.store.establishEpoch(each);
    };
    const { getControl, advanceHighWaterMark } = deps.store;
    await renewEpoch({ ...deps, store: { ...deps.store, getControl, advanceHighWaterMark, establishEpoch } });
    expect(await checkEpoch(system.process())).toBe('current');
  });
});
