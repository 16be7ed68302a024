import { describe, expect, it } from 'vitest';
import { type CandidateFacts, findIneligibilityReasons } from './eligibility.ts';

const eligible: CandidateFacts = {
  trainingDataGood: true,
  customModelsGood: false,
  imageCount: 23,
  synced: true,
  hasLiveTraining: false,
  dataDigest: 'd1',
  versions: [],
};
function version(status: string, dataDigest = 'd1', good = false) {
  return { status, good, dataDigest };
}

describe('an actor', () => {
  it('with reviewed, synced data and no good model is eligible', () => {
    expect(findIneligibilityReasons(eligible)).toEqual([]);
  });

  it.each([
    [{ trainingDataGood: false }, 'data_not_reviewed'],
    [{ customModelsGood: true }, 'has_good_model'],
    [{ imageCount: 0 }, 'no_images'],
    [{ synced: false }, 'not_synced'],
    [{ hasLiveTraining: true }, 'live_training'],
    [{ versions: [version('completed')] }, 'awaiting_review'],
    [{ versions: [version('failed'), version('failed')] }, 'repeated_failures'],
  ] as const)('is skipped for %j', (facts, reason) => {
    expect(findIneligibilityReasons({ ...eligible, ...facts })).toEqual([reason]);
  });

  it('is skipped with all reasons at once', () => {
    expect(findIneligibilityReasons({ ...eligible, trainingDataGood: false, synced: false })).toEqual([
      'data_not_reviewed',
      'not_synced',
    ]);
  });

  it('whose data has changed is eligible again', () => {
    const versions = [version('completed', 'old'), version('failed', 'old'), version('failed', 'old')];
    expect(findIneligibilityReasons({ ...eligible, versions })).toEqual([]);
  });

  it('with a single failure of the same data is eligible', () => {
    expect(findIneligibilityReasons({ ...eligible, versions: [version('failed')] })).toEqual([]);
  });

  it('with an unreviewed model is eligible only when the request includes unreviewed actors', () => {
    const facts = { ...eligible, versions: [version('completed')] };
    expect(findIneligibilityReasons(facts, { includeUnreviewed: true })).toEqual([]);
  });

  it('with versions of unknown data is skipped, since unknown data must not cause cost', () => {
    const { dataDigest: _, ...unknown } = eligible;
    expect(
      findIneligibilityReasons({ ...unknown, versions: [{ status: 'completed', good: false }] }),
    ).toEqual(['awaiting_review']);
  });
});
