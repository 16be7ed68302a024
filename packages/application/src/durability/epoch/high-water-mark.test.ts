import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryObjectStore } from '../../testing/memory/object-store.ts';
import { writeJournal } from '../backup/backup.ts';
import { keepJournal } from '../backup/backup-cycle.ts';
import { checkEpoch, renewEpoch } from './epoch.ts';
import { isBehind, markAfter, tellMark } from './high-water-mark.ts';

type Deps = Parameters<typeof keepJournal>[0];

interface Life {
  readonly diesAfter: number;
  readonly pauses: readonly number[];
}

/** All that Redis holds: how far it has come, a setting, and one training with what the journal is owed of it. */
interface Held {
  readonly epoch?: string | undefined;
  readonly mark?: string | undefined;
  readonly bound: number;
  readonly rev: number;
  readonly owed?: number | undefined;
}

const openWorld = () => {
  const objects = createMemoryObjectStore();
  let redis: Held = { bound: 2, rev: 1, owed: 1 };
  /** The newest revision that is owed no more. */
  let settled = 0;
  /** What a copy of Redis’ files would hold that was made at any moment. */
  const copies: Held[] = [];
  const write = (next: Partial<Held>): void => {
    copies.push(redis);
    redis = { ...redis, ...next };
  };
  const store: Partial<Deps['store']> = {
    control: async () => ({ paused: false, ...redis }) as never,
    establishEpoch: async (epoch) => {
      if (redis.epoch === undefined) write({ epoch });
      return redis.epoch!;
    },
    raiseMark: async (from, to) => {
      if (redis.mark === from) write({ mark: to });
    },
    disown: async (mark) => {
      if (redis.mark === mark) write({ epoch: undefined });
    },
    unjournalled: async () => (redis.owed === undefined ? [] : [{ trainingId: 't1', rev: redis.owed }]),
    load: async () => ({ id: 't1', rev: redis.rev, status: 'queued', request: { subject: {} } }) as never,
    journalled: async ({ rev }) => {
      if (redis.owed === undefined || redis.owed > rev) return;
      settled = Math.max(settled, redis.owed);
      write({ owed: undefined });
    },
  };
  /** A process that is as slow as these pauses, and dies before one of its calls. */
  const process = ({ diesAfter, pauses }: Life = { diesAfter: Number.POSITIVE_INFINITY, pauses: [0] }) => {
    let calls = 0;
    const mortal = <T extends object>(port: T): T =>
      new Proxy(port, {
        get:
          (target, name) =>
          async (args: unknown, ...more: unknown[]) => {
            calls += 1;
            if (calls > diesAfter) throw new Error('killed');
            for (let left = pauses[calls % pauses.length]!; left > 0; left -= 1) await Promise.resolve();
            return (target[name as keyof T] as (...all: unknown[]) => unknown)(args, ...more);
          },
      });
    const batches = { unjournalled: async () => [], schedule: async () => ({ rev: 0 }) };
    return {
      store: mortal(store),
      objects: mortal(objects),
      batches,
      budgets: { limits: async () => ({ batches: {} }) },
      ids: { nonce: () => randomUUID() },
      log: { error: () => undefined },
    } as unknown as Deps;
  };
  return {
    process,
    copies,
    change: () => write({ rev: redis.rev + 1, owed: redis.rev + 1 }),
    set: () => write({ bound: redis.bound + 1 }),
    settled: () => settled,
    keptBound: async () => {
      const kept = await objects.get('data/settings.json');
      return (JSON.parse(new TextDecoder().decode(kept!.body)) as { bound: number }).bound;
    },
    putBack: (copy: Held) => {
      redis = copy;
    },
  };
};

type World = ReturnType<typeof openWorld>;

const life = fc.record({
  diesAfter: fc.nat(30),
  pauses: fc.array(fc.nat(9), { minLength: 1, maxLength: 6 }),
});
/** A change of the training or of the setting, or turns of reconcilers at the same time, each of which dies somewhere. */
const steps = fc.array(
  fc.oneof(
    fc.constantFrom('change' as const, 'set' as const),
    fc.array(life, { minLength: 1, maxLength: 3 }),
  ),
  { maxLength: 12 },
);
type Step = 'change' | 'set' | readonly Life[];

const play = async (world: World, story: readonly Step[]): Promise<void> => {
  for (const each of story) {
    if (each === 'change' || each === 'set') world[each]();
    else await Promise.all(each.map((one) => keepJournal(world.process(one))));
    expect(await checkEpoch(world.process())).toBe('sound');
  }
};

describe('a mark', () => {
  it('is behind a higher one, and behind its own number under another word', () => {
    const one = markAfter(undefined, 'a');
    const two = markAfter(one, 'b');
    expect([one, two]).toEqual(['1.a', '2.b']);
    expect(isBehind(one, two)).toBe(true);
    expect(isBehind(two, one)).toBe(false);
    expect(isBehind(two, two)).toBe(false);
    expect(isBehind(markAfter(one, 'c'), two)).toBe(true);
    expect(isBehind(undefined, one)).toBe(true);
    expect(isBehind('10.a', '9.b')).toBe(false);
  });

  it('raises no alarm while Redis keeps what it said, whichever reconcilers die where', () =>
    fc.assert(fc.asyncProperty(steps, (story) => play(openWorld(), story))));

  it('finds out every copy of Redis that has forgotten what the store was told, once one turn was finished', () =>
    fc.assert(
      fc.asyncProperty(steps, fc.nat(), async (story, pick) => {
        const world = openWorld();
        await checkEpoch(world.process());
        await play(world, story);
        await keepJournal(world.process());
        const kept = await world.keptBound();
        const forgetful = world.copies.filter(
          ({ epoch, rev, bound }) => epoch && (rev < world.settled() || bound < kept),
        );
        const copy = forgetful[pick % forgetful.length];
        if (!copy) return;
        world.putBack(copy);
        // Who goes on with it cannot make it look like the other.
        for (const _ of [1, 2, 3]) {
          world.change();
          await writeJournal(world.process());
          await tellMark(world.process());
        }
        await keepJournal(world.process());
        expect(await checkEpoch(world.process())).toBe('recover_required');
        expect(await world.keptBound()).toBe(kept);
      }),
    ));

  it('finds out a copy that has forgotten a setting alone, which stays in the store', async () => {
    const world = openWorld();
    await checkEpoch(world.process());
    await keepJournal(world.process());
    world.set();
    const old = world.copies.at(-1)!;
    await keepJournal(world.process());
    world.putBack(old);
    await keepJournal(world.process());
    expect(await world.keptBound()).toBe(3);
    expect(await checkEpoch(world.process())).toBe('recover_required');
  });

  it('is given to a record of before there were marks, whose store goes on as it is', async () => {
    const world = openWorld();
    await world.process().objects.put('data/epoch.json', '{"epoch":"old"}');
    world.putBack({ epoch: 'old', bound: 2, rev: 4 });
    expect(await checkEpoch(world.process())).toBe('sound');
    world.change();
    await keepJournal(world.process());
    expect(await checkEpoch(world.process())).toBe('sound');
    world.putBack({ epoch: 'old', bound: 2, rev: 4 });
    expect(await checkEpoch(world.process())).toBe('recover_required');
  });

  it('is lifted above all that the store knows when the record is made the living one again', async () => {
    const world = openWorld();
    await checkEpoch(world.process());
    world.change();
    const copy = { epoch: (await world.process().store.control()).epoch, bound: 2, rev: 1 };
    await keepJournal(world.process());
    for (const _ of [1, 2]) {
      world.putBack(copy);
      expect(await checkEpoch(world.process())).toBe('recover_required');
      await renewEpoch(world.process());
      expect(await checkEpoch(world.process())).toBe('sound');
    }
  });

  it.each([0, 2])(
    'is not told of late, after Redis was lost and recovered, when the store knew the marks of %d turns',
    async (known) => {
      const world = openWorld();
      await checkEpoch(world.process());
      for (let turns = 0; turns < known; turns += 1) {
        world.change();
        await keepJournal(world.process());
      }
      world.change();
      await writeJournal(world.process());
      const stopped = Promise.withResolvers<void>();
      const woken = Promise.withResolvers<void>();
      const deps = world.process();
      const put: Deps['objects']['put'] = async (...args) => {
        stopped.resolve();
        await woken.promise;
        return deps.objects.put(...args);
      };
      const slowly = tellMark({ ...deps, objects: { ...deps.objects, put, get: deps.objects.get } });
      await stopped.promise;
      world.putBack({ bound: 2, rev: 1 });
      await renewEpoch(world.process());
      woken.resolve();
      await slowly;
      expect(await checkEpoch(world.process())).toBe('sound');
    },
  );

  it('is lifted by a recovery that begins anew when another tells of one meanwhile', async () => {
    const world = openWorld();
    await checkEpoch(world.process());
    const { epoch } = await world.process().store.control();
    world.putBack({ bound: 2, rev: 1 });
    const deps = world.process();
    let late: string | undefined = JSON.stringify({ epoch, mark: '1.late' });
    const establishEpoch = async (each: string) => {
      if (late) await deps.objects.put('data/epoch.json', late);
      late = undefined;
      return deps.store.establishEpoch(each);
    };
    const { control, raiseMark } = deps.store;
    await renewEpoch({ ...deps, store: { ...deps.store, control, raiseMark, establishEpoch } });
    expect(await checkEpoch(world.process())).toBe('sound');
  });
});
