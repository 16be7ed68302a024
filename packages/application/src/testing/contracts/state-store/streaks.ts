import type { Training } from '@trainyard/domain';
import { applyEvent } from '@trainyard/testing/builders';
import { describe, expect, it } from 'vitest';
import type { Gate, StreakAddition, StreakChange } from '../../../ports/training-store/index.ts';
import { CANCEL_REQUESTED, type StateStoreFixture } from './fixture.ts';

const GATE: Gate = { reason: 'three in a row', since: 7, reopensWhen: 'probe_run' };

function add(more: Partial<StreakAddition> = {}, name: StreakChange['name'] = 'same_class'): StreakChange {
  return { name, add: { limit: 3, gate: GATE, ...more } };
}

/** The streaks that are counted with the change of a training (docs/operations/pause-and-limits.md). */
export function testStreaks(on: StateStoreFixture): void {
  const save = async (change: StreakChange, training?: Training) => {
    const next = applyEvent(training ?? (await on.accept()), CANCEL_REQUESTED);
    return on.store.save(next.training, next.event, next.before, [change]);
  };
  const gate = async () => (await on.store.getControl()).gate;
  describe('save with a streak', () => {
    testLimits(on, save, gate);
    testRequeues(on, save, gate);
  });
}

type Save = (change: StreakChange, training?: Training) => Promise<string>;
type ReadGate = () => Promise<Gate | undefined>;

function testLimits(on: StateStoreFixture, save: Save, gate: ReadGate): void {
  it('closes the gate with the result that reaches the limit', async () => {
    await save(add());
    await save(add());
    expect(await gate()).toBeUndefined();
    await save(add());
    expect(await gate()).toEqual(GATE);
  });

  it('starts again after a result that ends it, and after a different value', async () => {
    await save(add({ value: 'provider' }));
    await save(add({ value: 'provider' }));
    await save({ name: 'same_class' });
    await save(add({ value: 'provider' }));
    await save(add({ value: 'configuration' }));
    await save(add({ value: 'configuration' }));
    expect(await gate()).toBeUndefined();
    await save(add({ value: 'configuration' }));
    expect(await gate()).toEqual(GATE);
  });

  it('counts a member once', async () => {
    for (const member of ['a', 'b', 'a', 'b', 'a']) await save(add({ member }));
    expect(await gate()).toBeUndefined();
    await save(add({ member: 'c' }));
    expect(await gate()).toEqual(GATE);
  });

  it('does not count a change that a different writer saved first', async () => {
    const training = await on.accept();
    const addition = add({ limit: 2 }, 'failed_runs');
    expect([await save(addition, training), await save(addition, training)]).toEqual(['saved', 'stale']);
    expect(await on.store.getControl()).toMatchObject({ failedRuns: 1 });
    expect(await gate()).toBeUndefined();
  });

  it.each(['failed_runs', 'same_class', 'refused_submissions', 'unprepared_trainings'] as const)(
    'starts again after an operator opened the gate: %s',
    async (name) => {
      for (const member of ['a', 'b']) await save(add({ member }, name));
      expect(await on.store.setControl({ endStreaks: true })).not.toHaveProperty('failedRuns');
      for (const member of ['c', 'd']) await save(add({ member }, name));
      expect(await gate()).toBeUndefined();
      await save(add({ member: 'e' }, name));
      expect(await gate()).toEqual(GATE);
    },
  );

  it('keeps the first gate, and continues to count', async () => {
    const other: Gate = { reason: 'no credit', since: 3, reopensWhen: 'health_answer' };
    await on.store.setControl({ gate: other });
    await save(add({ limit: 1 }, 'failed_runs'));
    expect(await on.store.getControl()).toMatchObject({ gate: other, failedRuns: 1 });
  });
}

function testRequeues(on: StateStoreFixture, save: Save, gate: ReadGate): void {
  const refusal = add({ requeues: true }, 'refused_submissions');

  it('leaves the training unchanged when its result would close the gate', async () => {
    expect([await save(refusal), await save(refusal)]).toEqual(['saved', 'saved']);
    const training = await on.accept();
    expect(await save(refusal, training)).toBe('closes_gate');
    expect(await on.store.load(training.id)).toEqual(training);
    expect(await gate()).toBeUndefined();
  });

  it('leaves the training unchanged while a gate with the same condition is closed', async () => {
    await on.store.setControl({ gate: GATE });
    expect(await save(refusal)).toBe('closes_gate');
    await on.store.setControl({ gate: null });
    await on.store.setControl({ gate: { ...GATE, reopensWhen: 'health_answer' } });
    expect(await save(refusal)).toBe('saved');
  });

  it('of unprepared trainings ends with the start of an attempt', async () => {
    const unprepared = (member: string) => add({ member, requeues: true }, 'unprepared_trainings');
    await save(unprepared('a'));
    await save(unprepared('b'));
    const training = await on.enqueue();
    const job = await on.claim();
    expect(await on.start(job.lockToken, training)).toBe('started');
    expect(await save(unprepared('c'))).toBe('saved');
  });
}
