import { describe, expect, it } from 'vitest';
import { HyperparameterError } from '../errors.ts';
import { DEFAULT_HYPERPARAMETER_SETTINGS } from './policies/settings.ts';
import { type HyperparameterRequest, resolveHyperparameters } from './resolve.ts';

function actor(rest: Partial<HyperparameterRequest> = {}) {
  return resolveHyperparameters({ kind: 'actor', imageCount: 23, ...rest });
}

function refusal(rest: Partial<HyperparameterRequest>): HyperparameterError {
  try {
    actor(rest);
  } catch (error) {
    if (error instanceof HyperparameterError) return error;
  }
  throw new Error('not refused');
}

describe('the resolution of hyperparameters', () => {
  it('uses flux-presets for actors and image-count for styles by default', () => {
    expect(actor()).toMatchObject({ policy: 'flux-presets', preset: 'B' });
    expect(resolveHyperparameters({ kind: 'style', imageCount: 23 }).policy).toBe('image-count');
  });

  it('uses the default policies of the settings', () => {
    const defaultPolicy = { actor: 'actor-tab', style: 'style-guide' } as const;
    expect(actor({ defaultPolicy }).policy).toBe('actor-tab');
    expect(actor({ defaultPolicy, kind: 'style' }).policy).toBe('style-guide');
  });

  it('expects 153 MB for rank 16 in bf16, and scales with rank and type', () => {
    expect(actor().expected_file_bytes).toBe(153_157_632);
    expect(actor({ overrides: { network_dim: 8 } }).expected_file_bytes).toBe(76_578_816);
    expect(actor({ overrides: { save_dtype: 'fp32' } }).expected_file_bytes).toBe(306_315_264);
    expect(actor({ overrides: { save_dtype: 'fp8_e4m3fn' } }).expected_file_bytes).toBe(76_578_816);
  });

  it('adapts warm-up to overridden steps, unless warm-up is overridden', () => {
    expect(actor({ overrides: { max_train_steps: 1234 } }).warmup.steps).toBe(247);
    const given = actor({ overrides: { max_train_steps: 1234, lr_warmup_steps: 10 } });
    expect(given.hyperparameters.lr_warmup_steps).toBe(10);
  });

  it('adapts alpha to an overridden rank, unless alpha is overridden', () => {
    expect(actor({ overrides: { network_dim: 32 } }).hyperparameters.network_alpha).toBe(16);
    expect(actor({ overrides: { network_dim: 5 } }).hyperparameters.network_alpha).toBe(2.5);
    const guided = actor({ policy: 'style-guide', overrides: { network_dim: 32 } });
    expect(guided.hyperparameters.network_alpha).toBe(32);
    const given = actor({ overrides: { network_dim: 32, network_alpha: 1 } });
    expect(given.hyperparameters.network_alpha).toBe(1);
  });

  it('drops the warm-up for a constant schedule', () => {
    expect(actor({ overrides: { lr_scheduler: 'constant' } }).warmup).toEqual({ steps: 0, share: 0 });
    expect(actor({ overrides: { lr_scheduler: 'constant_with_warmup' } }).warmup.steps).toBe(400);
  });

  it('returns the overridden fields beside the recommended values', () => {
    const { overridden, recommended, hyperparameters } = actor({ overrides: { batch_size: 4 } });
    expect(overridden).toEqual(['batch_size']);
    expect([recommended.batch_size, hyperparameters.batch_size]).toEqual([1, 4]);
  });

  it('ignores an undefined override', () => {
    expect(actor({ overrides: { batch_size: undefined } }).overridden).toEqual([]);
  });

  it('uses the numbers of the settings', () => {
    const { actor: numbers, style } = DEFAULT_HYPERPARAMETER_SETTINGS;
    const settings = {
      style,
      actor: { ...numbers, tier2LearningRate: 1e-3, tier2MaxImages: 30, stepsPerImage: 10 },
    };
    const { hyperparameters } = actor({ policy: 'image-count', settings });
    expect(hyperparameters).toMatchObject({ learning_rate: 1e-3, max_train_steps: 800 });
  });

  it('warns about values that are valid but rarely intended', () => {
    const overrides = {
      gradient_dtype: 'fp16',
      network_alpha: 0,
      max_train_steps: 10,
      optimizer_type: 'prodigy',
    };
    const codes = (values: Record<string, unknown>) =>
      actor({ overrides: values }).warnings.map((w) => w.code);
    expect(codes(overrides)).toEqual(['partial_epoch', 'fp16_gradients', 'alpha_zero']);
    expect(codes({ optimizer_type: 'adamwschedulefree' })).toEqual(['schedule_free']);
  });

  it('reports inexact epochs for buckets with a batch size above 1', () => {
    expect(actor().epochs_exact).toBe(true);
    expect(actor({ overrides: { batch_size: 2 } }).epochs_exact).toBe(false);
    expect(actor({ overrides: { batch_size: 2, enable_bucket: false } }).epochs_exact).toBe(true);
  });
});

describe('a rejection', () => {
  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('names the image count %d', (imageCount) => {
    const error = refusal({ imageCount });
    expect(error.code).toBe('invalid_image_count');
    expect(error.issues).toMatchObject([{ field: 'image_count', value: imageCount }]);
  });

  it('has its own message for a dataset without images', () => {
    expect(refusal({ imageCount: 0 }).message).toBe('There are no images to train on');
  });

  it('names steps above 100 000, unless an override lowers them', () => {
    const many = { imageCount: 2501, policy: 'style-guide' };
    expect(refusal(many)).toMatchObject({ code: 'too_many_steps', issues: [{ value: 100_040 }] });
    expect(actor({ ...many, imageCount: 2500 }).hyperparameters.max_train_steps).toBe(100_000);
    const fewer = actor({ ...many, overrides: { max_train_steps: 5000 } });
    expect(fewer.hyperparameters.max_train_steps).toBe(5000);
  });

  it('names the unknown policy and the known policies', () => {
    expect(refusal({ policy: 'toString' })).toMatchObject({ code: 'unknown_policy' });
    expect(refusal({ policy: 'best' }).message).toContain(
      'image-count, flux-presets, style-guide, actor-tab',
    );
  });

  it('names all invalid overrides with their bounds', () => {
    const overrides = { learning_rate: '1e-4', network_dim: 0, lr_scheduler: 'linear', keep_tokens: 1 };
    expect(refusal({ overrides })).toMatchObject({
      code: 'invalid_overrides',
      issues: [
        { field: 'learning_rate', value: '1e-4', bound: 'a number, 0 to 10' },
        { field: 'network_dim', value: 0, bound: 'a whole number, 1 to 100000' },
        { field: 'lr_scheduler', value: 'linear' },
        { field: 'keep_tokens', message: '"keep_tokens" is not a known hyperparameter' },
      ],
    });
  });

  it.each([
    ['a learning rate of zero', { learning_rate: 0 }, 'learning_rate'],
    ['steps above the bound', { max_train_steps: 100_001 }, 'max_train_steps'],
    ['a learning rate that is not a number', { learning_rate: Number.NaN }, 'learning_rate'],
    ['constant with warm-up', { lr_scheduler: 'constant', lr_warmup_steps: 5 }, 'lr_warmup_steps'],
    ['a warm-up as long as the training', { lr_warmup_steps: 2000 }, 'lr_warmup_steps'],
    [
      'buckets in the wrong order',
      { min_bucket_reso: 1024, max_bucket_reso: 512, width: 64, height: 64 },
      'min_bucket_reso',
    ],
    ['a smallest bucket above the resolution', { width: 128 }, 'min_bucket_reso'],
    ['a resolution above the largest bucket', { height: 1280 }, 'max_bucket_reso'],
    ['a single swapped block', { blocks_to_swap: 1 }, 'blocks_to_swap'],
    ['more swapped blocks than the model has', { blocks_to_swap: 36 }, 'blocks_to_swap'],
    [
      'swapped blocks with CPU offloading',
      { blocks_to_swap: 18, gradient_checkpointing: 'enabled_with_cpu_offloading' },
      'blocks_to_swap',
    ],
    ['an alpha that follows the rank out of its bound', { network_dim: 5000 }, 'network_dim'],
    ['a field that is null', { batch_size: null }, 'batch_size'],
  ])('names the field for %s', (_, overrides, field) => {
    const { code, issues } = refusal({ overrides });
    expect(code).toBe('invalid_overrides');
    expect(issues.map((issue) => issue.field)).toContain(field);
  });

  it('names the rank and its largest value when the alpha that follows it is out of its bound', () => {
    expect(refusal({ overrides: { network_dim: 9999 } }).issues).toEqual([
      {
        field: 'network_dim',
        value: 9999,
        bound: 'at most 4096',
        message:
          'network_dim 9999 is too large (at most 4096, because network_alpha follows it and is at most 2048; or set network_alpha)',
      },
    ]);
    expect(actor({ overrides: { network_dim: 4096 } }).hyperparameters.network_alpha).toBe(2048);
  });

  it.each([
    ['steps', 'max_train_steps'],
    ['lr', 'learning_rate'],
    ['rank', 'network_dim'],
    ['dim', 'network_dim'],
    ['repeats', 'num_repeats'],
    ['batch-size', 'batch_size'],
  ])('suggests a hyperparameter for the unknown name %s', (name, meant) => {
    expect(refusal({ overrides: { [name]: 1 } }).message).toBe(
      `"${name}" is not a known hyperparameter; did you mean ${meant}?`,
    );
  });

  it('ignores the bounds of buckets when they are off', () => {
    expect(actor({ overrides: { enable_bucket: false, height: 1280 } }).hyperparameters.height).toBe(1280);
  });
});
