import { SHARED_VALUES } from '../fields/hyperparameters.ts';
import type { Policy, Warning } from './policy.ts';

interface Band {
  readonly images: readonly [number, number];
  readonly steps: readonly [number, number];
  readonly rates: string;
  readonly character: string;
}

/** The bands of the style guide of the legacy tools; it has no advice between and outside of them. */
const BANDS: readonly Band[] = [
  { images: [8, 15], steps: [500, 1000], rates: '0.0001', character: 'high quality, very on-style' },
  { images: [20, 30], steps: [800, 1200], rates: '0.0001 or 0.0004', character: 'the sweet spot' },
  { images: [50, 200], steps: [2000, 8000], rates: '0.0001', character: 'risk of averaging' },
];

const COMPLEX_STYLE: Warning = {
  code: 'complex_style',
  message: 'For a complex style, try network_dim 32',
};

/** 40 steps per image at a safe learning rate, with the bands of the style guide as advice. */
export const styleGuide: Policy = {
  name: 'style-guide',
  origin: 'style guide of the legacy tools',
  summary: '40 steps per image at 0.0001; the recommendations of the style guide are returned as advice.',
  propose: ({ imageCount }) => ({
    values: {
      ...SHARED_VALUES,
      learning_rate: 1e-4,
      max_train_steps: imageCount * 40,
      network_dim: 16,
      batch_size: 2,
      num_repeats: 10,
      lr_scheduler: 'cosine_with_restarts',
    },
    alphaPerDim: 1,
    warmupShare: 0,
    warnings: [],
    advice: findAdvice(imageCount),
  }),
  listRows: () => [
    {
      minImages: 1,
      values: {
        max_train_steps: '40 per image',
        learning_rate: 1e-4,
        num_repeats: 10,
        network_dim: 16,
        network_alpha: 'equal to the rank',
        lr_warmup_steps: 0,
        lr_scheduler: 'cosine_with_restarts',
        batch_size: 2,
      },
      text: 'A safe learning rate; within a band of the guide its advice is shown.',
    },
  ],
};

function findAdvice(imageCount: number): readonly Warning[] {
  const band = BANDS.find(({ images: [from, to] }) => imageCount >= from && imageCount <= to);
  return band === undefined ? [] : [describeBand(band), COMPLEX_STYLE];
}

function describeBand({ images, steps, rates, character }: Band): Warning {
  const message = `${images.join('–')} images (${character}): ${steps.join('–')} steps, learning rate ${rates}`;
  return { code: 'guidance_band', message };
}
