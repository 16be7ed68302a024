import { describe, expect, it } from 'vitest';
import type { VersionFacts } from '../ports/storage/manifests.ts';
import { summarizeModels } from './actor-models.ts';

/** A version that Trainyard trained; its number gives name and time. */
function createVersion(number: number, more: Partial<VersionFacts> = {}): VersionFacts {
  const timestamp = new Date(Date.UTC(2026, 10, number)).toISOString();
  return { name: `V${number}`, timestamp, status: 'completed', good: false, data_digest: 'd', ...more };
}

const ACTOR = { customModelsGood: false };
const FAILED = { status: 'failed' } as const;
const NOT_GOOD = { judged: true };
const GOOD = { good: true, judged: true };

describe('the state of the models of an actor', () => {
  it.each([
    ['none', 'without versions', []],
    ['awaiting_review', 'with a model without a verdict', [createVersion(1)]],
    ['good', 'with a good model', [createVersion(1, GOOD)]],
    ['none', 'with a model that is not good', [createVersion(1, NOT_GOOD)]],
    ['failed', 'after a failure', [createVersion(1, FAILED)]],
    [
      'failed',
      'after a model that is not good and a failure',
      [createVersion(1, NOT_GOOD), createVersion(2, FAILED)],
    ],
    [
      'none',
      'after a failure and a model that is not good',
      [createVersion(1, FAILED), createVersion(2, NOT_GOOD)],
    ],
    ['good', 'with a failure after a good model', [createVersion(1, GOOD), createVersion(2, FAILED)]],
    ['awaiting_review', 'with a newer model than the good one', [createVersion(2), createVersion(1, GOOD)]],
    ['good', 'with an older model without a verdict', [createVersion(1), createVersion(2, GOOD)]],
    ['none', 'with an imported model', [createVersion(1, { data_digest: undefined as never })]],
    [
      'none',
      'with a cancelled training after a failure',
      [createVersion(1, FAILED), createVersion(2, { status: 'cancelled' })],
    ],
    [
      'failed',
      'with a queued version after a failure',
      [createVersion(1, FAILED), createVersion(2, { status: 'pending' })],
    ],
  ] as const)('is %s %s', (state, _, versions) => {
    expect(summarizeModels(ACTOR, versions).state).toBe(state);
  });

  it('is training while a training lives, and good by the flag of the catalogue alone', () => {
    expect(summarizeModels(ACTOR, [createVersion(1, GOOD)], 't-1')).toMatchObject({
      state: 'training',
      goodVersion: 'V1',
      liveTrainingId: 't-1',
    });
    expect(summarizeModels({ customModelsGood: true }, []).state).toBe('good');
  });

  it('comes from the catalogue alone while the manifest is unreadable', () => {
    const unreadable = new Error('unreadable');
    expect(summarizeModels(ACTOR, unreadable)).toEqual({ state: 'none', versionCount: undefined });
    expect(summarizeModels({ customModelsGood: true }, unreadable).state).toBe('good');
  });
});

it('the figures of the models name the newest version that was trained, whatever its time is worth', () => {
  const broken = createVersion(9, { timestamp: 'yesterday' });
  expect(
    summarizeModels(ACTOR, [
      broken,
      createVersion(3),
      createVersion(2),
      createVersion(8, { status: 'pending' }),
    ]),
  ).toEqual({
    state: 'awaiting_review',
    versionCount: 4,
    lastTrainedAt: '2026-11-03T00:00:00.000Z',
  });
});
