import { SHARED_VALUES } from '../fields/hyperparameters.ts';
import type { Policy } from './policy.ts';

/** The rule of the former actor tab (seed 003), kept by name; seed 004 superseded it. */
export const actorTab: Policy = {
  name: 'actor-tab',
  origin: 'seed 003, superseded by seed 004',
  summary: 'A hundred steps an image, rank 8; small sets are repeated more, large ones learn faster.',
  propose: ({ imageCount }) => ({
    values: {
      ...SHARED_VALUES,
      ...repeatsAndRate(imageCount),
      max_train_steps: imageCount * 100,
      network_dim: 8,
      batch_size: 2,
      lr_scheduler: 'constant',
    },
    alphaPerDim: 1,
    warmupShare: 0,
    warnings: [],
    advice: [],
  }),
};

/** The seed says «10–12 repeats» for 10 to 40 images; 12 under 20 images is ours (SPEC §3). */
function repeatsAndRate(imageCount: number) {
  if (imageCount < 10) return { num_repeats: 15, learning_rate: 3e-4 };
  if (imageCount > 40) return { num_repeats: 8, learning_rate: 5e-4 };
  return { num_repeats: imageCount < 20 ? 12 : 10, learning_rate: 4e-4 };
}
