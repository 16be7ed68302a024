import type { TrainingView } from '@trainyard/contracts';
import { describe, expect, it } from 'vitest';
import { listPhases } from './phases.ts';
import type { Attempts } from './queries.ts';

const at = (second: number) => new Date(second * 1_000).toISOString();
const training = (changes: Partial<TrainingView>): TrainingView =>
  ({
    status: 'running',
    accepted_at: at(0),
    submitted_at: at(10),
    started_running_at: at(30),
    first_step_at: at(50),
    ended_at: null,
    attempt: 1,
    ...changes,
  }) as TrainingView;
const attempt = (number: number, ended: number | null): Attempts[number] => ({
  number,
  points: [],
  phases: {
    accepted_at: at(0),
    submitted_at: at(10),
    started_running_at: at(30),
    first_step_at: at(50),
    ended_at: ended === null ? null : at(ended),
  },
});
const states = (changes: Partial<TrainingView>, attempts: Attempts = []) =>
  listPhases(training(changes), attempts).map(({ state }) => state);

describe('the phases of a training', () => {
  it('end with the present one while it lives', () => {
    expect(states({})).toEqual(['done', 'done', 'done', 'current', 'ahead']);
    expect(states({ first_step_at: null })).toEqual(['done', 'done', 'current', 'ahead', 'ahead']);
    expect(
      states({ status: 'queued', submitted_at: null, started_running_at: null, first_step_at: null }),
    ).toEqual(['current', 'ahead', 'ahead', 'ahead', 'ahead']);
  });

  it('separate the verification of the model from its training', () => {
    const phases = listPhases(training({ status: 'completed', ended_at: at(100) }), [attempt(1, 90)]);
    expect(phases.at(-2)).toEqual({ name: 'Training', state: 'done', from: 50_000, to: 90_000 });
    expect(phases.at(-1)).toEqual({ name: 'Finishing', state: 'done', from: 90_000, to: 100_000 });
  });

  it('stop where a failed training ended', () => {
    const failed = { status: 'failed', ended_at: at(100) } as const;
    expect(states(failed, [attempt(1, 100)])).toEqual(['done', 'done', 'done', 'stopped', 'ahead']);
    expect(states({ ...failed, first_step_at: null }, [attempt(1, 100)])[2]).toBe('stopped');
  });

  it('have no loading time for a container that reported no step', () => {
    const phases = listPhases(training({ status: 'completed', first_step_at: null, ended_at: at(100) }), [
      attempt(1, 90),
    ]);
    expect(phases.map(({ state }) => state)).toEqual(['done', 'done', 'unknown', 'done', 'done']);
    expect(phases[3]).toMatchObject({ from: 30_000, to: 90_000 });
  });

  it('of a second attempt begin at the end of the first', () => {
    const second = training({
      attempt: 2,
      submitted_at: at(200),
      started_running_at: null,
      first_step_at: null,
    });
    expect(listPhases(second, [attempt(1, 120)])[0]).toEqual({
      name: 'Queued',
      state: 'done',
      from: 120_000,
      to: 200_000,
    });
  });
});
