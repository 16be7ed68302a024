import { describe, expect, it } from 'vitest';
import { resolveHyperparameters } from '../resolve.ts';

/** Calculated by hand: images, steps, learning rate, steps per epoch, displayed epochs, epochs of the node. */
type Row = readonly [number, number, number, number, number, number];

const IMAGE_COUNT_STYLE: readonly Row[] = [
  [1, 500, 0.0004, 5, 100, 100],
  [10, 500, 0.0004, 50, 10, 10],
  [11, 550, 0.0004, 55, 10, 10],
  [15, 750, 0.0004, 75, 10, 10],
  [16, 800, 0.0004, 80, 10, 10],
  [20, 1000, 0.0004, 100, 10, 10],
  [21, 1050, 0.0004, 105, 10, 10],
  [23, 1150, 0.0004, 115, 10, 10],
  [30, 1500, 0.0004, 150, 10, 10],
  [31, 1550, 0.0004, 155, 10, 10],
  [50, 2000, 0.0004, 250, 8, 8],
  [60, 2000, 0.0004, 300, 7, 7],
  [61, 2000, 0.0004, 305, 7, 7],
  [75, 2000, 0.0004, 375, 5, 6],
  [200, 2000, 0.0004, 1000, 2, 2],
];

const IMAGE_COUNT_ACTOR: readonly Row[] = [
  [1, 800, 0.0004, 5, 160, 160],
  [10, 1000, 0.0004, 50, 20, 20],
  [11, 1100, 0.0003, 55, 20, 20],
  [15, 1500, 0.0003, 75, 20, 20],
  [16, 1600, 0.0003, 80, 20, 20],
  [20, 2000, 0.0003, 100, 20, 20],
  [21, 2100, 0.00025, 105, 20, 20],
  [23, 2300, 0.00025, 115, 20, 20],
  [30, 3000, 0.00025, 150, 20, 20],
  [31, 3000, 0.00025, 155, 19, 20],
  [50, 3000, 0.00025, 250, 12, 12],
  [60, 3000, 0.00025, 300, 10, 10],
  [61, 3000, 0.00025, 305, 10, 10],
  [75, 3000, 0.00025, 375, 8, 8],
  [200, 3000, 0.00025, 1000, 3, 3],
];

/** The same columns, then preset, repeats and warm-up steps. */
const FLUX_PRESETS: readonly (readonly [...Row, string, number, number])[] = [
  [1, 1500, 0.0002, 2, 750, 750, 'A', 2, 300],
  [10, 1500, 0.0002, 20, 75, 75, 'A', 2, 300],
  [11, 1500, 0.0002, 22, 68, 69, 'A', 2, 300],
  [15, 1500, 0.0002, 30, 50, 50, 'A', 2, 300],
  [16, 2000, 0.00025, 32, 63, 63, 'B', 2, 400],
  [20, 2000, 0.00025, 40, 50, 50, 'B', 2, 400],
  [21, 2000, 0.00025, 42, 48, 48, 'B', 2, 400],
  [23, 2000, 0.00025, 46, 43, 44, 'B', 2, 400],
  [30, 2000, 0.00025, 60, 33, 34, 'B', 2, 400],
  [31, 2500, 0.00015, 31, 81, 81, 'C', 1, 500],
  [50, 2500, 0.00015, 50, 50, 50, 'C', 1, 500],
  [60, 2500, 0.00015, 60, 42, 42, 'C', 1, 500],
  [61, 3000, 0.0001, 61, 49, 50, 'XL', 1, 600],
  [75, 3000, 0.0001, 75, 40, 40, 'XL', 1, 600],
  [200, 3000, 0.0001, 200, 15, 15, 'XL', 1, 600],
];

const STYLE_GUIDE: readonly (readonly [...Row, string | undefined])[] = [
  [1, 40, 0.0001, 5, 8, 8, undefined],
  [10, 400, 0.0001, 50, 8, 8, '8–15'],
  [11, 440, 0.0001, 55, 8, 8, '8–15'],
  [15, 600, 0.0001, 75, 8, 8, '8–15'],
  [16, 640, 0.0001, 80, 8, 8, undefined],
  [20, 800, 0.0001, 100, 8, 8, '20–30'],
  [21, 840, 0.0001, 105, 8, 8, '20–30'],
  [23, 920, 0.0001, 115, 8, 8, '20–30'],
  [30, 1200, 0.0001, 150, 8, 8, '20–30'],
  [31, 1240, 0.0001, 155, 8, 8, undefined],
  [50, 2000, 0.0001, 250, 8, 8, '50–200'],
  [60, 2400, 0.0001, 300, 8, 8, '50–200'],
  [61, 2440, 0.0001, 305, 8, 8, '50–200'],
  [75, 3000, 0.0001, 375, 8, 8, '50–200'],
  [200, 8000, 0.0001, 1000, 8, 8, '50–200'],
];

/** The same columns, then repeats. */
const ACTOR_TAB: readonly (readonly [...Row, number])[] = [
  [1, 100, 0.0003, 8, 13, 13, 15],
  [10, 1000, 0.0004, 60, 17, 17, 12],
  [11, 1100, 0.0004, 66, 17, 17, 12],
  [15, 1500, 0.0004, 90, 17, 17, 12],
  [16, 1600, 0.0004, 96, 17, 17, 12],
  [20, 2000, 0.0004, 100, 20, 20, 10],
  [21, 2100, 0.0004, 105, 20, 20, 10],
  [23, 2300, 0.0004, 115, 20, 20, 10],
  [30, 3000, 0.0004, 150, 20, 20, 10],
  [31, 3100, 0.0004, 155, 20, 20, 10],
  [50, 5000, 0.0005, 200, 25, 25, 8],
  [60, 6000, 0.0005, 240, 25, 25, 8],
  [61, 6100, 0.0005, 244, 25, 25, 8],
  [75, 7500, 0.0005, 300, 25, 25, 8],
  [200, 20000, 0.0005, 800, 25, 25, 8],
];

function expectRow(policy: string, kind: 'actor' | 'style', row: Row) {
  const [imageCount, steps, rate, perEpoch, epochs, epochsNode] = row;
  const resolution = resolveHyperparameters({ kind, imageCount, policy });
  expect(resolution).toMatchObject({
    policy,
    steps_per_epoch: perEpoch,
    epochs,
    epochs_node: epochsNode,
    hyperparameters: { max_train_steps: steps, learning_rate: rate, optimizer_type: 'adamw8bit' },
  });
  return resolution;
}

describe.each(['actor', 'style'] as const)('for an %s', (kind) => {
  it.each(kind === 'actor' ? IMAGE_COUNT_ACTOR : IMAGE_COUNT_STYLE)('image-count on %i images', (...row) => {
    expect(expectRow('image-count', kind, row)).toMatchObject({
      preset: undefined,
      warmup: { steps: 0, share: 0 },
      hyperparameters: {
        network_dim: 16,
        network_alpha: 16,
        batch_size: 2,
        num_repeats: 10,
        lr_scheduler: 'cosine_with_restarts',
        lr_warmup_steps: 0,
        gradient_dtype: 'bf16',
        save_dtype: 'bf16',
        min_bucket_reso: 256,
        max_bucket_reso: 1024,
      },
    });
  });

  it.each(FLUX_PRESETS)('flux-presets on %i images', (...cells) => {
    const [images, steps, rate, perEpoch, epochs, epochsNode, preset, repeats, warmup] = cells;
    const resolution = expectRow('flux-presets', kind, [images, steps, rate, perEpoch, epochs, epochsNode]);
    expect(resolution).toMatchObject({
      preset,
      warmup: { steps: warmup, share: 0.2 },
      warnings: preset === 'XL' ? [{ message: 'More than 60 images: curate to the best 30–60' }] : [],
      hyperparameters: {
        network_dim: 16,
        network_alpha: 8,
        batch_size: 1,
        num_repeats: repeats,
        lr_scheduler: 'cosine',
        lr_warmup_steps: warmup,
        gradient_dtype: 'bf16',
        flip_aug: false,
      },
    });
  });

  it.each(STYLE_GUIDE)('style-guide on %i images', (...cells) => {
    const [images, steps, rate, perEpoch, epochs, epochsNode, band] = cells;
    const resolution = expectRow('style-guide', kind, [images, steps, rate, perEpoch, epochs, epochsNode]);
    expect(resolution.advice.map((remark) => remark.code)).toEqual(
      band === undefined ? [] : ['guidance_band', 'complex_style'],
    );
    if (band !== undefined) expect(resolution.advice[0]!.message).toContain(`${band} images`);
    expect(resolution.hyperparameters).toMatchObject({
      network_dim: 16,
      network_alpha: 16,
      batch_size: 2,
      num_repeats: 10,
      lr_scheduler: 'cosine_with_restarts',
      lr_warmup_steps: 0,
      gradient_dtype: 'bf16',
    });
  });

  it.each(ACTOR_TAB)('actor-tab on %i images', (...cells) => {
    const [images, steps, rate, perEpoch, epochs, epochsNode, repeats] = cells;
    const resolution = expectRow('actor-tab', kind, [images, steps, rate, perEpoch, epochs, epochsNode]);
    expect(resolution.hyperparameters).toMatchObject({
      network_dim: 8,
      network_alpha: 8,
      batch_size: 2,
      num_repeats: repeats,
      lr_scheduler: 'constant',
      lr_warmup_steps: 0,
      gradient_dtype: 'bf16',
      flip_aug: false,
    });
  });
});

describe('style-guide', () => {
  it.each([
    [7, undefined],
    [8, '8–15 images (high quality, very on-style): 500–1000 steps, learning rate 0.0001'],
    [19, undefined],
    [25, '20–30 images (the sweet spot): 800–1200 steps, learning rate 0.0001 or 0.0004'],
    [49, undefined],
    [50, '50–200 images (risk of averaging): 2000–8000 steps, learning rate 0.0001'],
    [201, undefined],
  ])('advises on %i images only inside a band', (imageCount, message) => {
    const { advice } = resolveHyperparameters({ kind: 'style', imageCount, policy: 'style-guide' });
    expect(advice[0]?.message).toBe(message);
  });
});
