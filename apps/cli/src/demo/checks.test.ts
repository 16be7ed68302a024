import { describe, expect, test } from 'vitest';
import { buildTrainingView } from '../../test/views.ts';
import { type Evidence, evaluateChecks } from './checks.ts';
import { computeAnchor, toAnchor } from './demo-folder.ts';

const lora_url = 's3://local/models/t1.safetensors';
const done = buildTrainingView({
  status: 'completed',
  model: { lora_url, verified: true, size_bytes: 9, sha256: null, file_name: 'm.safetensors' },
});
const version = {
  id: 'v',
  name: 'V1',
  timestamp: '2026-11-22T10:00:00Z',
  parameters: {},
  status: 'completed',
  imageCount: 23,
  good: false,
  loraUrl: lora_url,
  training_id: 't1',
} as const;
const stored = { training: done, versions: [version], modelBytes: 9, inCatalogue: true };
const evidence: Evidence = {
  maxConcurrency: 2,
  trained: 3,
  submittedRuns: 4,
  providerHistory: { jobCount: 4, maxLive: 2, meanLiveWhileWaiting: 1.98, doubleAcceptances: 0 },
  stored: [stored, stored, stored],
};

function listFailed(change: Partial<Evidence>) {
  return evaluateChecks({ ...evidence, ...change })
    .filter(({ ok }) => !ok)
    .map(({ text }) => text);
}

describe('the checks of the demo', () => {
  test('pass when simulator and object store agree with the run', () => {
    expect(listFailed({})).toEqual([]);
  });

  test('fail for a run above the limit, a double acceptance and idle slots', () => {
    const providerHistory = { jobCount: 5, maxLive: 3, meanLiveWhileWaiting: 1.5, doubleAcceptances: 1 };
    expect(listFailed({ providerHistory })).toHaveLength(4);
  });

  test('fail for a slot that was never used', () => {
    expect(listFailed({ providerHistory: { ...evidence.providerHistory, maxLive: 1 } })[0]).toMatch(
      /live runs: 1 of 2/,
    );
  });

  test('fail for a missing model and a manifest with two entries', () => {
    const bad = [
      { ...stored, modelBytes: 0 },
      { ...stored, versions: [version, version] },
    ];
    expect(listFailed({ stored: bad }).join()).toMatch(/models in the object store: not for 0019,manifests/);
  });

  test('skip the object store when no actor was trained', () => {
    const providerHistory = { jobCount: 0, maxLive: 0, doubleAcceptances: 0 };
    expect(
      evaluateChecks({ maxConcurrency: 2, trained: 0, submittedRuns: 0, providerHistory, stored: [] }).every(
        ({ ok }) => ok,
      ),
    ).toBe(true);
  });
});

describe('the scaled time of the demo', () => {
  const at = (anchor: number, real: number, factor: number) => anchor + (real - anchor) * factor;

  test('starts at the current time', () => {
    expect(computeAnchor(1_000_000, undefined, 200)).toBe(1_000_000);
  });

  test('continues at the end of an earlier run', () => {
    const [real, last] = [1_700_000_000_000, 1_700_000_900_000];
    const now = at(computeAnchor(real, last, 200), real, 200);
    expect(now).toBeGreaterThanOrEqual(last);
    expect(now - last).toBeLessThan(1_000);
  });

  test('begins in the past for the scene, and reaches real time later', () => {
    const [real, past] = [1_700_000_000_000, 1_699_900_000_000];
    const anchor = toAnchor(real, past, 2_000);
    expect(Math.abs(at(anchor, real, 2_000) - past)).toBeLessThan(2_000);
    expect(at(anchor, real + 60_000, 2_000)).toBeGreaterThan(real + 60_000);
  });
});
