import { SHARED_VALUES } from '../fields/hyperparameters.ts';
import type { Policy, PolicyRow, Warning } from './policy.ts';

interface Preset {
  readonly name: string;
  readonly maxImages: number;
  readonly steps: number;
  readonly rate: number;
  readonly repeats: number;
  readonly text: string;
}

/** The presets of the legacy tools; `XL` applies above the last row. */
const XL: Preset = {
  name: 'XL',
  maxImages: Number.POSITIVE_INFINITY,
  ...{ steps: 3000, rate: 1e-4, repeats: 1 },
  text: 'Very gentle; better curated to the best 30–60.',
};
const PRESETS: readonly Preset[] = [
  {
    name: 'A',
    maxImages: 15,
    ...{ steps: 1500, rate: 2e-4, repeats: 2 },
    text: 'Conservative: small datasets burn easily.',
  },
  {
    name: 'B',
    maxImages: 30,
    ...{ steps: 2000, rate: 2.5e-4, repeats: 2 },
    text: 'Standard: the common sweet spot for identity.',
  },
  {
    name: 'C',
    maxImages: 60,
    ...{ steps: 2500, rate: 1.5e-4, repeats: 1 },
    text: 'Gentle: one repeat avoids overfitting.',
  },
];

const CURATE: Warning = {
  code: 'large_dataset',
  message: 'More than 60 images: curate to the best 30–60',
};

/** The Flux presets by the size of the dataset: rank 16, alpha 8, cosine schedule, 20 % of the steps as warm-up. */
export const fluxPresets: Policy = {
  name: 'flux-presets',
  origin: 'auto-train and training tab of the legacy tools',
  summary:
    'Preset A up to 15 images, B up to 30, C up to 60, XL above; alpha is half the rank, warm-up 20 % of the steps.',
  propose: ({ imageCount }) => {
    const preset = PRESETS.find((row) => imageCount <= row.maxImages) ?? XL;
    return {
      values: {
        ...SHARED_VALUES,
        learning_rate: preset.rate,
        max_train_steps: preset.steps,
        network_dim: 16,
        batch_size: 1,
        num_repeats: preset.repeats,
        lr_scheduler: 'cosine',
      },
      alphaPerDim: 0.5,
      warmupShare: 0.2,
      preset: preset.name,
      warnings: preset === XL ? [CURATE] : [],
      advice: [],
    };
  },
  listRows: () => [...PRESETS, XL].map(toRow),
};

function toRow({ name, maxImages, steps, rate, repeats, text }: Preset, index: number): PolicyRow {
  return {
    name,
    minImages: (PRESETS[index - 1]?.maxImages ?? 0) + 1,
    ...(Number.isFinite(maxImages) && { maxImages }),
    values: {
      max_train_steps: steps,
      learning_rate: rate,
      num_repeats: repeats,
      network_dim: 16,
      network_alpha: 'half of the rank',
      lr_warmup_steps: '20 % of the steps',
      lr_scheduler: 'cosine',
    },
    text,
  };
}
