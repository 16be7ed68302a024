import type { Training } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { createDispatchHarness } from '../../test/dispatch-harness.ts';
import { CorruptDocumentError, ObjectStoreError } from '../errors.ts';
import { SubjectAmbiguousError } from '../ports/storage/entry-fault.ts';
import { checkEpoch } from './epoch.ts';
import { recover } from './recover.ts';

type Deps = Parameters<typeof recover>[0];

/** A recovery of an empty Redis, with the restored trainings and the established epochs. */
async function openRecovery() {
  const harness = await createDispatchHarness();
  const restored: Training[] = [];
  const epochs: string[] = [];
  const settings: object[] = [];
  let highWaterMark: string | undefined;
  const deps = {
    ...harness.deps,
    batches: { restore: async () => 'restored', listPendingBackups: async () => [] },
    store: {
      ...harness.deps.store,
      load: async () => undefined,
      listPendingBackups: async () => [],
      restore: async (training: Training) => void restored.push(training),
      getControl: async () => ({
        maxConcurrency: 2,
        paused: false,
        highWaterMark: highWaterMark,
        epoch: epochs.at(-1),
      }),
      advanceHighWaterMark: async (_from: string | undefined, to: string) => {
        highWaterMark = to;
      },
      setControl: async (change: object) => void settings.push(change),
      establishEpoch: async (epoch: string) => {
        epochs.push(epoch);
        return epoch;
      },
    },
  } as unknown as Deps;
  return { harness: harness, deps, restored, epochs, settings };
}

/** Recovers a training from a backup with this status and a manifest with the version of this attempt. */
async function recoverStatus(status: Training['status'], laterAttempt: number) {
  const { harness, deps, restored } = await openRecovery();
  const attempt = {
    number: 1,
    endpointId: 'ep',
    lockToken: 'lock',
    startedAt: 1,
    attemptDeadline: 9e9,
    runId: 'run-1',
  };
  const saved = { ...harness.training(), status, attempt, attemptsStarted: 1, countsWithoutRun: [] };
  await harness.deps.objects.put('trainings/t1.json', JSON.stringify({ layout: 4, ...saved }));
  harness.versions.push({ name: 'V1', training_id: 't1', attempt: laterAttempt } as never);
  await recover(deps);
  return restored[0]!;
}

it.each(['submitting', 'unconfirmed', 'submitted', 'running', 'cancelling'] as const)(
  'a training that is %s in the backup becomes unconfirmed for a later attempt of its manifest',
  async (status) => {
    expect(await recoverStatus(status, 2)).toMatchObject({
      status: 'unconfirmed',
      attemptsStarted: 2,
      attempt: { number: 2 },
    });
  },
);

it('a training without a later attempt in its manifest is restored unchanged', async () => {
  expect(await recoverStatus('running', 1)).toMatchObject({ status: 'running', attempt: { runId: 'run-1' } });
});

it('a paused recovery leaves settings unchanged that were set after a second recovery had opened Redis', async () => {
  const stopped = Promise.withResolvers<void>();
  const woken = Promise.withResolvers<void>();
  const open = await openRecovery();
  await open.deps.objects.put('data/settings.json', '{"layout":4,"maxConcurrency":5,"paused":false}');
  const objects: Deps['objects'] = {
    ...open.deps.objects,
    list: async function* (prefix) {
      if (prefix === 'batches/') {
        stopped.resolve();
        await woken.promise;
      }
      yield* open.deps.objects.list(prefix);
    },
  };
  const late = recover({ ...open.deps, objects });
  await stopped.promise;
  await recover(open.deps);
  expect(open.settings).toEqual([{ failedRuns: 0, maxConcurrency: 5, paused: false }]);
  await open.deps.store.setControl({ maxConcurrency: 9 });
  woken.resolve();
  await late;
  expect(open.settings.at(-1)).toEqual({ maxConcurrency: 9 });
});

describe('an unreadable document', () => {
  const KEYS = ['batches/b1.json', 'data/settings.json', 'trainings/t0.json', 'trainings/t2.json'];
  const open = async () => {
    const recovery = await openRecovery();
    const { harness, deps } = recovery;
    for (const key of KEYS) await deps.objects.put(key, '{"id":');
    await deps.objects.put('trainings/t1.json', JSON.stringify({ layout: 4, ...harness.training() }));
    return recovery;
  };

  it('is reported with all others, does not stop the restore of readable ones, and keeps Redis closed', async () => {
    const { deps, restored, epochs } = await open();
    const { trainings, unreadable, opened } = await recover(deps);
    expect(trainings).toEqual([{ trainingId: 't1', action: 'requeued', status: 'queued' }]);
    expect(restored.map(({ id }) => id)).toEqual(['t1']);
    expect(unreadable.map(({ key }) => key).sort()).toEqual(KEYS);
    expect({ opened, epochs }).toEqual({ opened: false, epochs: [] });
  });

  it('is reported by a dry run', async () => {
    const { deps, restored } = await open();
    expect((await recover(deps, { dryRun: true })).unreadable.map(({ key }) => key).sort()).toEqual(KEYS);
    expect(restored).toEqual([]);
  });

  it('keeps Redis closed until an operator confirms that it may be opened without it', async () => {
    const { deps, epochs } = await open();
    const { unreadable, opened } = await recover(deps, { withoutUnreadable: true });
    expect(unreadable).toHaveLength(KEYS.length);
    expect({ opened, opens: epochs.length }).toEqual({ opened: true, opens: 1 });
  });

  const key = 'data/actor_manifests/0001_manifest.json';
  it.each([
    ['an unreadable manifest', new CorruptDocumentError(key, 'is not a JSON object')],
    ['manifests that differ', new SubjectAmbiguousError({ key, fault: `${key} and 1_manifest.json differ` })],
  ])('keeps the training of %s back until an operator confirms its restore', async (_, error) => {
    const { harness, deps, restored } = await openRecovery();
    const listVersions = () => Promise.reject(error);
    const blind = { ...deps, manifests: { ...deps.manifests, listVersions } };
    await deps.objects.put('trainings/t1.json', JSON.stringify({ layout: 4, ...harness.training() }));
    expect(await recover(blind)).toMatchObject({ trainings: [], unreadable: [{ key }], opened: false });
    expect(restored).toEqual([]);
    await recover(blind, { withoutUnreadable: true });
    expect(restored.map(({ id }) => id)).toEqual(['t1']);
  });

  it('differs from an unavailable object store, which ends the recovery', async () => {
    const { deps } = await open();
    const unavailable = new ObjectStoreError('trainings/t1.json', 'no answer', { retryable: true });
    const objects = { ...deps.objects, get: () => Promise.reject(unavailable) };
    await expect(recover({ ...deps, objects })).rejects.toBe(unavailable);
  });
});

describe('a backup document of an older layout', () => {
  it.each([
    ['trainings/t1.json', { id: 't1' }],
    ['batches/b1.json', { batch: { id: 'b1' } }],
    ['data/settings.json', { layout: 1, maxConcurrency: 5, paused: false }],
  ])('is reported by name and is not restored: %s', async (key, document) => {
    const { deps, restored, settings, epochs } = await openRecovery();
    await deps.objects.put(key, JSON.stringify(document));
    const { unreadable } = await recover(deps);
    expect(unreadable).toEqual([{ key, fault: `${key}: has layout 1; this version reads layout 4` }]);
    expect([restored, settings, epochs]).toEqual([[], [], []]);
  });

  it('stops the recovery and the check of the epoch when it is data/epoch.json', async () => {
    const { deps } = await openRecovery();
    await deps.objects.put('data/epoch.json', '{"epoch":"e"}');
    const fault = { code: 'corrupt_document', key: 'data/epoch.json' };
    await expect(recover(deps)).rejects.toMatchObject(fault);
    await expect(checkEpoch(deps)).rejects.toMatchObject(fault);
  });
});
