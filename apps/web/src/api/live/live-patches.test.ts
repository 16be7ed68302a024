import { QueryClient, QueryObserver } from '@tanstack/react-query';
import type { TrainingProgressView } from '@trainyard/contracts';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { getServerNow } from '../clock.ts';
import { mergePage } from '../resources/training-cache.ts';
import type { TrainingPage } from '../resources/types.ts';
import { createPatches } from './live-patches.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const LIST = ['trainings', 'list', { status: 'running' }];
const DETAIL = ['trainings', 'detail', 't1'];
const training = (rev: number, status = 'running', more: object = {}) => ({
  ...{ id: 't1', rev, status, kind: 'actor', subject_id: '0019', progress: null },
  ...more,
});
const changed = (rev: number, status: string) => ({
  ...{ training_id: 't1', training: training(rev, status) },
  event: { seq: rev, from: 'running', to: status, type: 'run_ended', at: '', cause: 'poll', detail: {} },
});
const progressed = (rev: number, step: number, loss = 0.5) => ({
  ...{ training_id: 't1', rev, status: 'running' },
  progress: { step, total_steps: 2_000, loss, reported_at: `2026-11-28T10:00:${step % 60}Z` },
});

function openCache() {
  const client = new QueryClient();
  client.setQueryData(LIST, { trainings: [training(3)], next_cursor: null });
  client.setQueryData(DETAIL, training(3, 'running', { images: [] }));
  const apply = createPatches(client) as (name: string, data: unknown) => void;
  const read = () => [client.getQueryData<TrainingPage>(LIST)!.trainings[0], client.getQueryData(DETAIL)];
  return { client, apply, read };
}

describe('a live event of a training', () => {
  it('patches the lists and the detail, which keeps its own fields', () => {
    const { apply, read } = openCache();
    apply('training.changed', changed(4, 'completed'));
    expect(read()).toMatchObject([
      { rev: 4, status: 'completed' },
      { rev: 4, status: 'completed', images: [] },
    ]);
  });

  it('never takes back an end: older changes, reports and answers are ignored', () => {
    const { apply, read, client } = openCache();
    apply('training.changed', changed(9, 'completed'));
    apply('training.changed', changed(4, 'running'));
    apply('training.progress', progressed(8, 100));
    vi.advanceTimersByTime(1_000);
    const answer = { trainings: [training(5, 'running')], next_cursor: null };
    client.setQueryData(LIST, (known: unknown) => mergePage(known, answer));
    expect(read()).toMatchObject([{ rev: 9, status: 'completed', progress: null }, { rev: 9 }]);
  });

  it('shows progress at most twice a second, and appends every report once to the curve', () => {
    const { client, apply, read } = openCache();
    const curve = ['trainings', 'progress', 't1'];
    client.setQueryData(curve, { attempts: [{ number: 1, points: [[1, 0.9, 'x']], phases: {} }] });
    let patched = 0;
    client.getQueryCache().subscribe(({ type, query }) => {
      if (type === 'updated' && query.queryKey[1] === 'detail') patched += 1;
    });
    for (let step = 2; step <= 41; step += 1) {
      apply('training.progress', progressed(2 + step, step));
      apply('training.progress', progressed(2 + step, step));
      vi.advanceTimersByTime(50);
    }
    vi.advanceTimersByTime(500);
    expect(patched).toBeLessThanOrEqual(6);
    const { attempts } = client.getQueryData<TrainingProgressView>(curve)!;
    expect(attempts[0]!.points.map(([step]) => step)).toEqual(Array.from({ length: 41 }, (_, at) => at + 1));
    expect(read()).toMatchObject([{ progress: { step: 41 } }, { progress: { step: 41 } }]);
  });
});

describe('a live event of the whole system', () => {
  it('sets the clock, patches budgets and dispatch, and marks the entries of a subject as stale', () => {
    const { client, apply } = openCache();
    apply('ready', { resumed: false, now: '2030-01-01T00:00:00.000Z', time_factor: 20 });
    expect(Math.abs(getServerNow() - Date.parse('2030-01-01'))).toBeLessThan(1_000);
    client.setQueryData(['dispatch'], { paused: false, alarms: ['kept'] });
    client.setQueryData(['slots'], { paused: false, next: ['kept'] });
    apply('dispatch.changed', { paused: true, reason: 'holiday' });
    expect(client.getQueryData(['dispatch'])).toEqual({ paused: true, reason: 'holiday', alarms: ['kept'] });
    expect(client.getQueryData(['slots'])).toEqual({ paused: true, reason: 'holiday', next: ['kept'] });
    apply('budgets.changed', { time_zone: 'UTC' });
    expect(client.getQueryData(['budgets'])).toEqual({ time_zone: 'UTC' });
    const entries = { own: ['actors', 'versions', '0019'], other: ['actors', 'versions', '0042'] };
    for (const key of [entries.own, entries.other]) client.setQueryData(key, {});
    apply('subject.changed', { kind: 'actor', subject_id: '0019' });
    vi.advanceTimersByTime(1_000);
    const isStale = (key: readonly unknown[]) => client.getQueryState(key)!.isInvalidated;
    expect([isStale(entries.own), isStale(entries.other), isStale(DETAIL)]).toEqual([true, false, true]);
  });

  it('loads lists again at most once a second, and everything after a gap', async () => {
    const { client, apply } = openCache();
    let loaded = 0;
    const queryFn = async () => {
      loaded += 1;
      return { trainings: [], next_cursor: null };
    };
    const observer = new QueryObserver(client, { queryKey: LIST, queryFn, staleTime: 1_000_000 });
    onTestFinished(observer.subscribe(() => undefined));
    for (let rev = 10; rev < 60; rev += 1) {
      apply('training.changed', changed(rev, 'completed'));
      await vi.advanceTimersByTimeAsync(20);
    }
    await vi.advanceTimersByTimeAsync(2_000);
    expect(loaded).toBe(2);
    apply('reset', { reason: 'too old' });
    expect(client.getQueryState(DETAIL)!.isInvalidated).toBe(true);
  });
});
