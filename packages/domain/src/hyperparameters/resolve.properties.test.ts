import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HyperparameterError } from '../errors.ts';
import { checkCombination, HYPERPARAMETER_BOUNDS, isHyperparameterName, isWithin } from './fields/bounds.ts';
import { POLICY_NAMES } from './policies/policy.ts';
import { resolveHyperparameters } from './resolve.ts';

const kind = fc.constantFrom('actor' as const, 'style' as const);
const policy = fc.constantFrom(...POLICY_NAMES);
const imageCount = fc.integer({ min: 1, max: 1000 });
const question = fc.record({ kind, policy, imageCount });
const anything = fc.oneof(
  fc.anything(),
  fc.integer(),
  fc.double(),
  fc.constantFrom('cosine', 'bf16', 'sigma'),
);
const overrides = fc.dictionary(fc.constantFrom(...Object.keys(HYPERPARAMETER_BOUNDS), 'other'), anything, {
  maxKeys: 4,
});

it('every policy satisfies all bounds and rules for every number of images', () => {
  fc.assert(
    fc.property(question, (asked) => {
      const { hyperparameters } = resolveHyperparameters(asked);
      for (const [name, value] of Object.entries(hyperparameters)) {
        expect(isHyperparameterName(name) && isWithin(HYPERPARAMETER_BOUNDS[name], value)).toBe(true);
      }
      expect(checkCombination(hyperparameters)).toEqual([]);
    }),
  );
});

it('every override is either applied or rejected with the names of the invalid fields', () => {
  fc.assert(
    fc.property(question, overrides, (asked, given) => {
      try {
        const { hyperparameters } = resolveHyperparameters({ ...asked, overrides: given });
        for (const [name, value] of Object.entries(given)) {
          if (value !== undefined) expect(hyperparameters).toHaveProperty(name, value);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(HyperparameterError);
        expect((error as HyperparameterError).issues.length).toBeGreaterThan(0);
      }
    }),
  );
});

it('the node counts at least the displayed epochs and at most one more', () => {
  fc.assert(
    fc.property(question, (asked) => {
      const { epochs, epochs_node } = resolveHyperparameters(asked);
      expect(epochs_node - epochs).toBeGreaterThanOrEqual(0);
      expect(epochs_node - epochs).toBeLessThanOrEqual(1);
    }),
  );
});

it('warm-up is a fifth of the steps and alpha half of the rank under the presets', () => {
  const steps = fc.integer({ min: 1, max: 100_000 });
  const rank = fc.integer({ min: 1, max: 4096 });
  fc.assert(
    fc.property(imageCount, steps, rank, (images, max_train_steps, network_dim) => {
      const { hyperparameters } = resolveHyperparameters({
        kind: 'actor',
        imageCount: images,
        overrides: { max_train_steps, network_dim },
      });
      expect(hyperparameters.lr_warmup_steps).toBe(Math.round(max_train_steps / 5));
      expect(hyperparameters.network_alpha).toBe(network_dim / 2);
    }),
  );
});

it('a resolution depends only on its request', () => {
  fc.assert(
    fc.property(question, (asked) => {
      expect(resolveHyperparameters(asked)).toEqual(resolveHyperparameters(asked));
    }),
  );
});
