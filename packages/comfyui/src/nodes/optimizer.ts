import { choice, flag, float, int, type NodeSchemas, node, text } from './schema.ts';

const SCHEDULERS = ['constant', 'cosine', 'cosine_with_restarts', 'polynomial', 'constant_with_warmup'];

const schedule = {
  lr_warmup_steps: int(0, 0),
  lr_scheduler_num_cycles: int(1, 1),
  lr_scheduler_power: float(1, 0),
};

const tail = { min_snr_gamma: float(5, 0), extra_optimizer_args: text() };

/** The four optimizer nodes; their ARGS output is linked to `optimizer_settings`. */
export const OPTIMIZER_NODES: NodeSchemas = {
  OptimizerConfig: node(
    {
      optimizer_type: choice(
        [
          'adamw8bit',
          'adamw',
          'prodigy',
          'CAME',
          'Lion8bit',
          'Lion',
          'adamwschedulefree',
          'sgdschedulefree',
          'AdEMAMix8bit',
          'PagedAdEMAMix8bit',
          'ProdigyPlusScheduleFree',
        ],
        'adamw8bit',
      ),
      max_grad_norm: float(1, 0),
      lr_scheduler: choice(SCHEDULERS, 'constant'),
      ...schedule,
      ...tail,
    },
    'ARGS',
  ),
  OptimizerConfigAdafactor: node(
    {
      max_grad_norm: float(0, 0),
      lr_scheduler: choice([...SCHEDULERS, 'adafactor'], 'constant_with_warmup'),
      ...schedule,
      relative_step: flag(false),
      scale_parameter: flag(false),
      warmup_init: flag(false),
      clip_threshold: float(1, 0),
      ...tail,
    },
    'ARGS',
  ),
  OptimizerConfigProdigy: node(
    {
      max_grad_norm: float(0, 0),
      lr_scheduler: choice([...SCHEDULERS, 'adafactor'], 'constant'),
      ...schedule,
      weight_decay: float(0),
      decouple: flag(true),
      use_bias_correction: flag(false),
      ...tail,
    },
    'ARGS',
  ),
  OptimizerConfigProdigyPlusScheduleFree: node(
    {
      lr: float(1, 0),
      max_grad_norm: float(0, 0),
      prodigy_steps: int(0, 0),
      d0: float(1e-6, 0),
      d_coeff: float(1, 0),
      split_groups: flag(true),
      use_bias_correction: flag(false),
      use_stableadamw: flag(true),
      use_cautious: flag(false),
      use_adopt: flag(false),
      use_grams: flag(false),
      stochastic_rounding: flag(true),
      use_orthograd: flag(false),
      // The key of the node ends in a blank.
      'use_focus ': flag(false),
      ...tail,
    },
    'ARGS',
  ),
};

/** All classes that may be linked to `optimizer_settings`. */
export const OPTIMIZER_CLASSES: readonly string[] = Object.keys(OPTIMIZER_NODES);
