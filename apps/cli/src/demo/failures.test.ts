import { expect, test } from 'vitest';
import { buildTrainingView } from '../../test/views.ts';
import { createDemoFailures } from './failures.ts';

type View = Parameters<typeof buildTrainingView>[0];

function createFailures(killAndRestart: () => Promise<void>) {
  const failures = createDemoFailures({
    dispatcher: { killAndRestart },
    liveRuns: 2,
    getName: ({ id }) => `actor of ${id}`,
  });
  const observe = (...views: readonly View[]) =>
    failures.observe({ trainings: views.map(buildTrainingView) });
  return { ...failures, observe };
}

test('the demo kills the dispatcher once, as soon as every slot has a live run, and reports its restart', async () => {
  let kills = 0;
  const { observe, settle } = createFailures(async () => {
    kills += 1;
  });
  expect(observe({ status: 'running' }, { status: 'queued' })).toEqual([]);
  expect(observe({ status: 'running' }, { status: 'submitted' })[0]).toContain('kill -9');
  await settle();
  expect(observe({ status: 'running' }, { status: 'running' })).toEqual([
    expect.stringContaining('The dispatcher runs again'),
  ]);
  expect(kills).toBe(1);
});

test('the demo reports a training that follows a dead worker once', () => {
  const { observe } = createFailures(async () => undefined);
  expect(observe({ id: 't1', status: 'running', attempts_spent: 1 })).toEqual([]);
  expect(observe({ id: 't1', status: 'queued', attempts_spent: 1 })).toEqual([
    expect.stringContaining('actor of t1 died'),
  ]);
  expect(observe({ id: 't1', status: 'running', attempts_spent: 2 })).toEqual([]);
});
