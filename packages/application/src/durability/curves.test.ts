import type { ProgressPoint, Training } from '@trainyard/domain';
import {
  applyEvent,
  buildTraining,
  runEnded,
  runObserved,
  startAttempt,
  submissionAccepted,
} from '@trainyard/testing/builders';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Deps } from '../deps.ts';
import { createMemoryBackend, type MemoryBackend } from '../testing/memory/backend.ts';
import { createMemoryObjectStore } from '../testing/memory/object-store.ts';
import { backUpTrainings, readTrainingBackups } from './backup.ts';
import { moveCurves, readCurve } from './curves.ts';
import { createUnreadableDocuments } from './documents.ts';

let backend: MemoryBackend;
let deps: Pick<Deps, 'store' | 'objects' | 'log' | 'batches' | 'ids'>;
let training: Training;
const curve = { trainingId: 't1', attempt: 1 };
const KEY = 'trainings/t1/attempt-1.progress.json';
const POINTS: readonly ProgressPoint[] = [
  [10, 0.5, 1_000],
  [20, null, 2_000],
];

beforeEach(async () => {
  backend = createMemoryBackend({ now: () => 10_000 });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  deps = {
    store: backend.store,
    batches: backend.batches,
    ids: { training: () => 't', batch: () => 'b', nonce: () => 'n' },
    objects: createMemoryObjectStore(),
    log,
  };
  const queued = buildTraining({ id: 't1' });
  await backend.store.accept(queued, { exclusive: false });
  training = queued;
  await save(startAttempt(training, 'lock').event);
  await save(submissionAccepted());
  await save(runObserved('in_progress', 500));
  for (const point of POINTS) await backend.store.addProgressPoint(curve, point);
});

async function save(event: Parameters<typeof applyEvent>[1]): Promise<void> {
  const next = applyEvent(training, event);
  expect(await backend.store.save(next.training, next.event, next.before)).toBe('saved');
  training = next.training;
}

describe('the loss curve of an attempt', () => {
  it('stays in the state store while the attempt lives', async () => {
    await moveCurves(deps);
    expect(await deps.objects.head(KEY)).toBeUndefined();
    expect(await readCurve(deps, training, 1)).toEqual(POINTS);
  });

  it('moves to the object store when the attempt ends, and is read from there', async () => {
    await save(runEnded('failed', { class: 'provider', executionMs: 60_000 }));
    expect(training.status).toBe('queued');
    await moveCurves(deps);
    expect(await backend.store.listCurves()).toEqual([]);
    expect(await readCurve(deps, training, 1)).toEqual(POINTS);
    expect(training.pastAttempts).toMatchObject([{ number: 1, startedRunningAt: 500 }]);
  });

  it('loses no point and repeats its write when a process crashes before the deletion', async () => {
    await save(runEnded('failed'));
    const crashing = {
      ...deps.store,
      deleteCurve: () => Promise.reject(new Error('the process was killed')),
    };
    await expect(moveCurves({ ...deps, store: crashing })).rejects.toThrow('killed');
    expect(await backend.store.listProgressPoints(curve)).toEqual(POINTS);
    const written = await deps.objects.head(KEY);
    await moveCurves(deps);
    expect(await deps.objects.head(KEY)).toEqual(written);
    expect(await backend.store.listCurves()).toEqual([]);
  });

  it('takes a point that was saved after the move, and no older one', async () => {
    await save(runEnded('failed'));
    await moveCurves(deps);
    await backend.store.addProgressPoint(curve, [15, 0.4, 1_500]);
    await moveCurves(deps);
    expect(await readCurve(deps, training, 1)).toEqual(POINTS);
    await backend.store.addProgressPoint(curve, [30, 0.3, 3_000]);
    await moveCurves(deps);
    expect(await readCurve(deps, training, 1)).toEqual([...POINTS, [30, 0.3, 3_000]]);
  });

  it('replaces an unreadable document', async () => {
    await deps.objects.put(KEY, '{"layout":1');
    await save(runEnded('failed'));
    await moveCurves(deps);
    expect(await readCurve(deps, training, 1)).toEqual(POINTS);
  });

  it('keeps the other curves moving when one write fails', async () => {
    await save(runEnded('failed'));
    await backend.store.addProgressPoint({ trainingId: 'unknown', attempt: 1 }, [1, 1, 1]);
    const objects = {
      ...deps.objects,
      put: (...args: Parameters<Deps['objects']['put']>) =>
        args[0] === KEY ? Promise.reject(new Error('no space')) : deps.objects.put(...args),
    };
    await expect(moveCurves({ ...deps, objects })).rejects.toThrow('no space');
    expect(await backend.store.listCurves()).toEqual([curve]);
  });

  it('is no backup of a training', async () => {
    await save(runEnded('failed'));
    await moveCurves(deps);
    await backUpTrainings(deps);
    const unreadable = createUnreadableDocuments();
    const ids = [];
    for await (const { id } of readTrainingBackups(deps, unreadable)) ids.push(id);
    expect({ ids, unreadable: unreadable.documents }).toEqual({ ids: ['t1'], unreadable: [] });
  });
});
