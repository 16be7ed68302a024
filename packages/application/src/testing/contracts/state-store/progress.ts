import { addProgressPoint, type ProgressPoint } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import type { StateStoreFixture } from './fixture.ts';

const CURVE = { trainingId: 'a', attempt: 2 };
const toPoint = (step: number, loss: number | null = 1 / (step + 1)): ProgressPoint => [step, loss, step * 7];

/** Loss curves of attempts. */
export function testProgress(on: StateStoreFixture): void {
  describe('loss curves', () => {
    testPoints(on);
    testDeletion(on);
  });
  describe('checks of runs', () => testRunChecks(on));
}

function testPoints(on: StateStoreFixture): void {
  it('keeps the points of each attempt apart, also without a loss', async () => {
    await on.store.addProgressPoint(CURVE, [5, 0.25, 1]);
    await on.store.addProgressPoint(CURVE, [9, null, 2]);
    await on.store.addProgressPoint({ ...CURVE, attempt: 3 }, [1, 1e-300, 3]);
    expect(await on.store.listProgressPoints(CURVE)).toEqual([
      [5, 0.25, 1],
      [9, null, 2],
    ]);
    expect(await on.store.listProgressPoints({ ...CURVE, attempt: 3 })).toEqual([[1, 1e-300, 3]]);
    expect(await on.store.listProgressPoints({ ...CURVE, attempt: 1 })).toEqual([]);
    const curves = await on.store.listCurves();
    expect(curves.toSorted((a, b) => a.attempt - b.attempt)).toEqual([CURVE, { ...CURVE, attempt: 3 }]);
  });

  it('thins a curve and replaces the points of a restarted container as the rule of the domain does', async () => {
    const steps = [...Array.from({ length: 760 }, (_, index) => index * 3 + (index % 2)), 700, 703, 703];
    const points = steps.map((step) => toPoint(step));
    for (const point of points) await on.store.addProgressPoint(CURVE, point);
    const expected = points.reduce<readonly ProgressPoint[]>(addProgressPoint, []);
    expect(await on.store.listProgressPoints(CURVE)).toEqual(expected);
  });
}

function testRunChecks(on: StateStoreFixture): void {
  it('keeps the last answer of the provider about each run', async () => {
    expect(await on.store.findRunCheck('a')).toBeUndefined();
    await on.store.recordRunCheck('a', { at: 1, answer: 'in_queue' });
    await on.store.recordRunCheck('a', { at: 2, answer: 'in_progress' });
    await on.store.recordRunCheck('b', { at: 3, answer: 'unanswered' });
    expect(await on.store.findRunCheck('a')).toEqual({ at: 2, answer: 'in_progress' });
  });

  it('grants one of several polls that are requested at once', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, () => on.store.claimPoll('a')));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await on.store.claimPoll('b')).toBe(true);
  });
}

function testDeletion(on: StateStoreFixture): void {
  it('deletes a curve only while no point was added since it was read', async () => {
    await on.store.addProgressPoint(CURVE, toPoint(1));
    await on.store.addProgressPoint(CURVE, toPoint(2));
    await on.store.deleteCurve(CURVE, toPoint(1));
    await on.store.deleteCurve(CURVE, undefined);
    expect(await on.store.listProgressPoints(CURVE)).toHaveLength(2);
    await on.store.deleteCurve(CURVE, toPoint(2));
    await on.store.deleteCurve(CURVE, undefined);
    expect(await on.store.listProgressPoints(CURVE)).toEqual([]);
    expect(await on.store.listCurves()).toEqual([]);
  });
}
