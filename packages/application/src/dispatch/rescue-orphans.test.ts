import { beforeEach, describe, expect, it } from 'vitest';
import { type DispatchYard, openDispatchYard } from '../../test/dispatch-yard.ts';
import type { Deps } from '../deps.ts';
import { ObjectStoreError } from '../ports/object-store.ts';
import type { ActiveJob, Taken } from '../ports/training-consumer.ts';
import { sweepActive } from './rescue-orphans.ts';

let yard: DispatchYard;
let adopted: Taken[];
beforeEach(async () => {
  yard = await openDispatchYard();
  adopted = [];
});

const job = (overrides: Partial<ActiveJob>): ActiveJob => ({
  trainingId: 't1',
  jobToken: 'lock',
  exists: true,
  heldForMs: 1_000,
  ...overrides,
});
const sweepOver = (jobs: readonly ActiveJob[]) =>
  sweepActive(
    {
      ...yard.deps,
      deliveries: { add: async () => undefined } as unknown as Deps['deliveries'],
      store: {
        ...yard.deps.store,
        ledger: async () => [],
        noteReading: async () => ({}),
        load: async (id) => {
          if (id === 'unreadable') throw new SyntaxError('not JSON');
          return yard.deps.store.load(id);
        },
      },
      line: { active: async () => jobs, drop: async () => undefined },
      adopt: (taken) => adopted.push(taken),
    },
    true,
  );

it('takes an abandoned job over, also behind one that cannot be swept', async () => {
  await sweepOver([job({ trainingId: 'unreadable' }), job({})]);
  expect(adopted).toMatchObject([{ trainingId: 't1', adoptedFrom: 'lock' }]);
});

it('leaves a job that was just taken, by whichever clock', async () => {
  await sweepOver([job({ heldForMs: 0.1 }), job({ heldForMs: -0.1 })]);
  expect(adopted).toEqual([]);
});

it('takes over a job that was taken before the clock was set back', async () => {
  await sweepOver([job({ heldForMs: -3_600_000 })]);
  expect(adopted).toHaveLength(1);
});

describe('a job whose training ended while it was being prepared', () => {
  const dead = async () => {
    await yard.deps.manifests.openVersion({ kind: 'actor', id: '0001' }, {
      training_id: 't1',
      status: 'submitting',
    } as Parameters<DispatchYard['deps']['manifests']['openVersion']>[1]);
    yard.change({ status: 'cancelled', recorded: true, endedAt: 1 } as never);
  };

  it('is left to the one who prepares it for a while', async () => {
    await dead();
    await sweepOver([job({ heldForMs: 0.1 })]);
    expect(yard.done).toEqual([]);
  });

  it('has its version closed by another when that one died (I5)', async () => {
    await dead();
    await sweepOver([job({})]);
    expect(yard.versions).toMatchObject([{ status: 'cancelled' }]);
    expect(yard.done).toEqual(['finished lock cancelled']);
  });

  it('stays until the store is back, and no longer than that', async () => {
    await dead();
    const { manifests } = yard.deps;
    const failing = (retryable: boolean) => {
      const error = new ObjectStoreError('k', 'no', { retryable });
      yard = {
        ...yard,
        deps: { ...yard.deps, manifests: { ...manifests, versions: () => Promise.reject(error) } },
      };
    };
    failing(true);
    await sweepOver([job({})]);
    expect(yard.done).toEqual([]);
    failing(false);
    await sweepOver([job({})]);
    expect(yard.done).toEqual(['finished lock cancelled']);
  });
});
