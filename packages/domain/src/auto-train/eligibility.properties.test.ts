import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CandidateVersion, findIneligibilityReasons } from './eligibility.ts';

const failure = fc.record({
  class: fc.constantFrom('data', 'out_of_memory', 'unknown', 'timeout', 'provider', 'configuration'),
  code: fc.constantFrom('x', 'output_missing'),
  paid: fc.boolean(),
});
const version = fc.record(
  {
    status: fc.constantFrom('completed', 'failed', 'cancelled', 'pending'),
    good: fc.constant(false),
    judged: fc.boolean(),
    dataDigest: fc.constantFrom('old', 'older'),
    failure,
  },
  { requiredKeys: ['status', 'good'] },
);
const eligible = {
  trainingDataGood: true,
  customModelsGood: false,
  imageCount: 23,
  synced: true,
  hasLiveTraining: false,
};

function findReasons(versions: readonly CandidateVersion[], dataDigest?: string) {
  return findIneligibilityReasons({ ...eligible, versions, ...(dataDigest && { dataDigest }) });
}

it('imported versions without a data digest block no actor, whatever their status and failures', () => {
  fc.assert(
    fc.property(fc.array(version), fc.constantFrom(undefined, 'new'), (versions, digest) => {
      const imported = versions.map(({ dataDigest: _, ...rest }) => rest as CandidateVersion);
      expect(findReasons(imported, digest)).toEqual([]);
    }),
  );
});

it('changed images end awaiting_review and repeated_failures for every history', () => {
  fc.assert(
    fc.property(fc.array(version), (versions) => {
      expect(findReasons(versions as readonly CandidateVersion[], 'new')).toEqual([]);
    }),
  );
});
