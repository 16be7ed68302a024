import { SHARED_VALUES } from '../fields/hyperparameters.ts';
import type { Policy, PolicyRow } from './policy.ts';

/** The rule of the former actor tab, available by name; the Flux presets superseded it. */
export const actorTab: Policy = {
  name: 'actor-tab',
  origin: 'former actor tab of the legacy tools, superseded by flux-presets',
  summary:
    '100 steps per image, rank 8; small datasets have more repeats, large datasets a higher learning rate.',
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
  listRows: () => RANGES.map(toRow),
};

/** The ranges of image counts within which repeats and learning rate are constant. */
const RANGES: readonly (readonly [minImages: number, maxImages?: number])[] = [
  [1, 9],
  [10, 19],
  [20, 40],
  [41],
];

function toRow([minImages, maxImages]: (typeof RANGES)[number]): PolicyRow {
  return {
    minImages,
    ...(maxImages !== undefined && { maxImages }),
    values: {
      max_train_steps: '100 per image',
      ...repeatsAndRate(minImages),
      network_dim: 8,
      network_alpha: 'equal to the rank',
      lr_warmup_steps: 0,
      lr_scheduler: 'constant',
      batch_size: 2,
    },
    text: 'Kept for callers that name it.',
  };
}

/** The actor tab defines «10–12 repeats» for 10 to 40 images; Trainyard uses 12 below 20 images and 10 from there. */
function repeatsAndRate(imageCount: number) {
  if (imageCount < 10) return { num_repeats: 15, learning_rate: 3e-4 };
  if (imageCount > 40) return { num_repeats: 8, learning_rate: 5e-4 };
  return { num_repeats: imageCount < 20 ? 12 : 10, learning_rate: 4e-4 };
}
