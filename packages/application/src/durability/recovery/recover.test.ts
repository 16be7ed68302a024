import type { Training } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { createDispatchHarness } from '../../../test/dispatch-harness.ts';
import { CorruptDocumentError, ObjectStoreError } from '../../errors.ts';
import { recover } from './recover.ts';

type Deps = Parameters<typeof recover>[0];

/** A recovery of a Redis that holds nothing, with what was put back and the epoch that was renewed. */
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

/** A journal that was not written for a while before Redis was lost, beside a history that knows of a later attempt. */
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
  await harness.deps.objects.put('trainings/t1.json', JSON.stringify(saved));
  harness.versions.push({ name: 'V1', training_id: 't1', attempt: laterAttempt } as never);
  await recover(deps);
  return restored[0]!;
}

it.each(['submitting', 'unconfirmed', 'submitted', 'running', 'cancelling'] as const)(
  'one that the journal holds as %s is in doubt about the later attempt that its history tells of',
  async (status) => {
    expect(await recoverStatus(status, 2)).toMatchObject({
      status: 'unconfirmed',
      attemptsStarted: 2,
      attempt: { number: 2 },
    });
  },
);

it('one whose history tells of no later attempt is put back as it was', async () => {
  expect(await recoverStatus('running', 1)).toMatchObject({ status: 'running', attempt: { runId: 'run-1' } });
});

it('settings that were set since another recovery opened the record are left alone by one that was stopped before', async () => {
  const stopped = Promise.withResolvers<void>();
  const woken = Promise.withResolvers<void>();
  const open = await openRecovery();
  await open.deps.objects.put('data/settings.json', '{"maxConcurrency":5,"paused":false}');
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
  const slowly = recover({ ...open.deps, objects });
  await stopped.promise;
  await recover(open.deps);
  expect(open.settings).toEqual([{ maxConcurrency: 5, paused: false }]);
  await open.deps.store.setControl({ maxConcurrency: 9 });
  woken.resolve();
  await slowly;
  expect(open.settings.at(-1)).toEqual({ maxConcurrency: 9 });
});

describe('what cannot be read', () => {
  const KEYS = ['batches/b1.json', 'data/settings.json', 'trainings/t0.json', 'trainings/t2.json'];
  const open = async () => {
    const recovery = await openRecovery();
    const { harness, deps } = recovery;
    for (const key of KEYS) await deps.objects.put(key, '{"id":');
    await deps.objects.put('trainings/t1.json', JSON.stringify(harness.training()));
    return recovery;
  };

  it('is named, all of it, and keeps nothing else from being put back; but the record stays closed', async () => {
    const { deps, restored, epochs } = await open();
    const { trainings, unreadable, opened } = await recover(deps);
    expect(trainings).toEqual([{ trainingId: 't1', action: 'requeued', status: 'queued' }]);
    expect(restored.map(({ id }) => id)).toEqual(['t1']);
    expect(unreadable.map(({ key }) => key).sort()).toEqual(KEYS);
    expect({ opened, epochs }).toEqual({ opened: false, epochs: [] });
  });

  it('is named by a dry run too', async () => {
    const { deps, restored } = await open();
    expect((await recover(deps, { dryRun: true })).unreadable.map(({ key }) => key).sort()).toEqual(KEYS);
    expect(restored).toEqual([]);
  });

  it('keeps the record closed until a person says that it may be opened without', async () => {
    const { deps, epochs } = await open();
    const { unreadable, opened } = await recover(deps, { withoutUnreadable: true });
    expect(unreadable).toHaveLength(KEYS.length);
    expect({ opened, opens: epochs.length }).toEqual({ opened: true, opens: 1 });
  });

  it('may be the history of one training, which is put back by a person’s word alone', async () => {
    const { harness, deps, restored } = await openRecovery();
    const key = 'data/actor_manifests/0001_manifest.json';
    const listVersions = () => Promise.reject(new CorruptDocumentError(key, 'is no object'));
    const blind = { ...deps, manifests: { ...deps.manifests, listVersions } };
    await deps.objects.put('trainings/t1.json', JSON.stringify(harness.training()));
    expect(await recover(blind)).toMatchObject({ trainings: [], unreadable: [{ key }], opened: false });
    expect(restored).toEqual([]);
    await recover(blind, { withoutUnreadable: true });
    expect(restored.map(({ id }) => id)).toEqual(['t1']);
  });

  it('is told from a store that is away, which ends the recovery', async () => {
    const { deps } = await open();
    const away = new ObjectStoreError('trainings/t1.json', 'no answer', { retryable: true });
    const objects = { ...deps.objects, get: () => Promise.reject(away) };
    await expect(recover({ ...deps, objects })).rejects.toBe(away);
  });
});
