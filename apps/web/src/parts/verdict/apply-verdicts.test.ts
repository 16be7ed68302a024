import { expect, it } from 'vitest';
import type { Version } from '../../api/resources/versions.ts';
import { applyVerdicts, findGoodVersion, invertVerdicts } from './apply-verdicts.ts';

function createVersion(name: string, more: Partial<Version> = {}): Version {
  return {
    ...{ id: name, name, timestamp: '', parameters: {}, status: 'completed', imageCount: 1, good: false },
    ...{ verdict: null, awaiting_review: true, pictures: [], data_digest: 'd' },
    ...more,
  };
}

const good = { verdict: 'good', good: true, awaiting_review: false } as const;
const versions = [createVersion('V4'), createVersion('V5', good), createVersion('V6')];
const mark = (name: string, verdict: boolean | null) => [{ version_id: name, good: verdict }];
const getVerdicts = (list: readonly Version[]) => list.map(({ verdict }) => verdict);

it('a good version replaces the good version of its subject', () => {
  const after = applyVerdicts(versions, mark('V6', true));
  expect(getVerdicts(after)).toEqual([null, 'not_good', 'good']);
  expect(after[2]).toMatchObject({ good: true, awaiting_review: false });
});

it('a version that is not good leaves the good version of its subject', () => {
  expect(getVerdicts(applyVerdicts(versions, mark('V6', false)))).toEqual([null, 'good', 'not_good']);
});

it('a version without a verdict awaits one again, and an imported version does not', () => {
  const imported = createVersion('V1', { ...good, data_digest: undefined });
  expect(applyVerdicts([imported], mark('V1', null))[0]).toMatchObject({
    verdict: null,
    awaiting_review: false,
  });
  expect(applyVerdicts(versions, mark('V5', null))[1]).toMatchObject({
    verdict: null,
    awaiting_review: true,
  });
});

it('the inverted verdicts restore every version that a verdict changed', () => {
  const inverted = invertVerdicts(versions, mark('V6', true));
  expect(inverted).toEqual([
    { version_id: 'V5', good: true },
    { version_id: 'V6', good: null },
  ]);
  expect(applyVerdicts(applyVerdicts(versions, mark('V6', true)), inverted)).toEqual(versions);
});

it('a good version whose file was not verified is restored with its confirmation', () => {
  const unverified = [createVersion('V5', { ...good, verified: false }), createVersion('V6')];
  expect(invertVerdicts(unverified, mark('V6', true))[0]).toEqual({
    version_id: 'V5',
    good: true,
    unverified: true,
  });
});

it('the good version of a subject is found beside a different version', () => {
  const [v4, v5] = versions;
  expect(v4 && findGoodVersion(versions, v4)?.name).toBe('V5');
  expect(v5 && findGoodVersion(versions, v5)).toBeUndefined();
});
