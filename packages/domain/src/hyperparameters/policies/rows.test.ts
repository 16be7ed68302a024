import { describe, expect, it } from 'vitest';
import { HYPERPARAMETER_BOUNDS } from '../fields/bounds.ts';
import { HYPERPARAMETER_DESCRIPTIONS, HYPERPARAMETER_GROUPS } from '../fields/descriptions.ts';
import { resolveHyperparameters } from '../resolve.ts';
import { POLICY_NAMES, type PolicyRow } from './policy.ts';
import { formatImageRange, includesCount } from './reasons.ts';
import { POLICIES } from './registry.ts';
import { DEFAULT_HYPERPARAMETER_SETTINGS } from './settings.ts';

const { style, actor } = DEFAULT_HYPERPARAMETER_SETTINGS;
/** The second tier of actors is empty, and its numbers differ from the default ones. */
const OTHER_SETTINGS = { style: { ...style, learningRate: 1e-3 }, actor: { ...actor, tier2MaxImages: 10 } };

const COUNTS = Array.from({ length: 250 }, (_, at) => at + 1);

function findRows(rows: readonly PolicyRow[], kind: 'actor' | 'style', count: number) {
  return rows.filter((row) => (row.kind ?? kind) === kind && includesCount(row, count));
}

describe('the table of a policy', () => {
  it.each(POLICY_NAMES)('of %s has one row for each image count, with the values of the rule', (policy) => {
    for (const settings of [DEFAULT_HYPERPARAMETER_SETTINGS, OTHER_SETTINGS])
      for (const kind of ['actor', 'style'] as const)
        for (const imageCount of COUNTS) {
          const rows = findRows(POLICIES[policy].listRows(settings), kind, imageCount);
          expect(rows, `${kind} with ${imageCount} images`).toHaveLength(1);
          const { recommended, preset } = resolveHyperparameters({ kind, imageCount, policy, settings });
          const numbers = Object.entries(rows[0]?.values ?? {}).filter(
            ([, value]) => typeof value === 'number',
          );
          expect(recommended).toMatchObject(Object.fromEntries(numbers));
          expect(rows[0]?.name).toBe(preset);
        }
  });

  it('formats its ranges in words', () => {
    const rows = POLICIES['flux-presets'].listRows(DEFAULT_HYPERPARAMETER_SETTINGS);
    expect(rows.map(formatImageRange)).toEqual([
      'up to 15 images',
      '16 to 30 images',
      '31 to 60 images',
      '61 images and more',
    ]);
  });
});

describe('a resolution', () => {
  it('explains the values of the preset, those that follow others, and those that all presets share', () => {
    const { reasons } = resolveHyperparameters({ kind: 'actor', imageCount: 23 });
    expect(reasons).toMatchObject({
      max_train_steps: 'for 16 to 30 images',
      learning_rate: 'for 16 to 30 images',
      network_alpha: 'half of the rank',
      lr_warmup_steps: '20 % of the steps',
      network_dim: 'as flux-presets proposes',
    });
    const legacy = resolveHyperparameters({ kind: 'actor', imageCount: 23, policy: 'image-count' });
    expect(legacy.reasons.max_train_steps).toBe('100 per image, 800 to 3000');
  });

  it('returns what an overridden value would be without its override', () => {
    const overrides = { network_dim: 32, network_alpha: 20, max_train_steps: 1000, lr_warmup_steps: 5 };
    const { baseline } = resolveHyperparameters({ kind: 'actor', imageCount: 23, overrides });
    expect(baseline).toMatchObject({
      network_dim: 16,
      network_alpha: 16,
      max_train_steps: 2000,
      lr_warmup_steps: 200,
    });
  });
});

it('the description of every hyperparameter names a group and has a meaning', () => {
  expect(Object.keys(HYPERPARAMETER_DESCRIPTIONS).sort()).toEqual(Object.keys(HYPERPARAMETER_BOUNDS).sort());
  const groups = new Set(Object.values(HYPERPARAMETER_DESCRIPTIONS).map(({ group }) => group));
  expect([...groups]).toEqual(Object.keys(HYPERPARAMETER_GROUPS));
  const labels = Object.values(HYPERPARAMETER_DESCRIPTIONS).map(({ label }) => label);
  expect(new Set(labels).size).toBe(labels.length);
});
