import { describe, expect, it } from 'vitest';
import { FAILURE_CLASSES } from '../failure/failure.ts';
import { type CandidateFacts, findIneligibilityReasons, type VersionFailure } from './eligibility.ts';

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
function failed(failure: Partial<VersionFailure> = {}, dataDigest = 'd1') {
  return {
    ...version('failed', dataDigest),
    failure: { class: 'data', code: 'x', paid: true, ...failure },
  } as const;
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
    [{ versions: [failed(), failed()] }, 'repeated_failures'],
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
    const versions = [version('completed', 'old'), failed({}, 'old'), failed({}, 'old')];
    expect(findIneligibilityReasons({ ...eligible, versions })).toEqual([]);
  });

  it('with a single failure of the same data is eligible', () => {
    expect(findIneligibilityReasons({ ...eligible, versions: [failed()] })).toEqual([]);
  });

  it.each(FAILURE_CLASSES)(
    'is charged for two paid failures of class %s only when the data may cause it',
    (cls) => {
      const skipped = findIneligibilityReasons({ ...eligible, versions: [failed({ class: cls }), failed()] });
      const isCharged = cls !== 'provider' && cls !== 'configuration';
      expect(skipped).toEqual(isCharged ? ['repeated_failures'] : []);
    },
  );

  it.each([
    ['no run was paid', failed({ paid: false })],
    ['its output is missing', failed({ class: 'unknown', code: 'output_missing' })],
    ['its entry has no failure', version('failed')],
    ['its entry has no digest', { status: 'failed', good: false, failure: failed().failure }],
  ])('is not charged for a failure when %s', (_, entry) => {
    expect(findIneligibilityReasons({ ...eligible, versions: [entry, entry, entry] })).toEqual([]);
  });

  it('with an unreviewed model is eligible only when the request includes unreviewed actors', () => {
    const facts = { ...eligible, versions: [version('completed')] };
    expect(findIneligibilityReasons(facts, { includeUnreviewed: true })).toEqual([]);
  });

  it('with an imported model, whose data is unknown, is eligible', () => {
    const versions = [{ status: 'completed', good: false }];
    expect(findIneligibilityReasons({ ...eligible, versions })).toEqual([]);
  });

  it('whose data was not read is skipped for a model of known data', () => {
    const { dataDigest: _, ...unread } = eligible;
    expect(findIneligibilityReasons({ ...unread, versions: [version('completed')] })).toEqual([
      'awaiting_review',
    ]);
  });
});
