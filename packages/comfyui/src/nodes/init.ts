import { OPTIMIZER_CLASSES } from './optimizer.ts';
import { choice, flag, float, int, link, type NodeSchemas, node, optional, text } from './schema.ts';

const CACHES = ['disk', 'memory', 'disabled'];

/** The node that creates the trainer, and the nodes of its optional links. */
export const INIT_NODES: NodeSchemas = {
  InitFluxLoRATraining: {
    ...node(
      {
        flux_models: link('TRAIN_FLUX_MODELS', 'FluxTrainModelSelect'),
        dataset: link('JSON', 'TrainDatasetAdd'),
        optimizer_settings: link('ARGS', ...OPTIMIZER_CLASSES),
        output_name: text('flux_lora'),
        output_dir: text('flux_trainer_output'),
        network_dim: int(4, 1, 100_000),
        network_alpha: float(1, 0, 2048),
        learning_rate: float(4e-4, 0, 10),
        max_train_steps: int(1500, 1, 100_000),
        apply_t5_attn_mask: flag(true),
        cache_latents: choice(CACHES),
        cache_text_encoder_outputs: choice(CACHES),
        blocks_to_swap: int(0),
        weighting_scheme: choice(['logit_normal', 'sigma_sqrt', 'mode', 'cosmap', 'none']),
        logit_mean: float(0, 0, 1),
        logit_std: float(1, 0, 1),
        mode_scale: float(1.29, 0, 10),
        timestep_sampling: choice(['sigmoid', 'uniform', 'sigma', 'shift', 'flux_shift']),
        sigmoid_scale: float(1, 0, 10),
        model_prediction_type: choice(['raw', 'additive', 'sigma_scaled']),
        guidance_scale: float(1, 1, 32),
        discrete_flow_shift: float(1, 0, 10),
        highvram: flag(false),
        fp8_base: flag(true),
        gradient_dtype: choice(['fp32', 'fp16', 'bf16'], 'fp32'),
        save_dtype: choice(['fp32', 'fp16', 'bf16', 'fp8_e4m3fn', 'fp8_e5m2'], 'bf16'),
        attention_mode: choice(['sdpa', 'xformers', 'disabled'], 'sdpa'),
        sample_prompts: text('illustration of a kitten | photograph of a turtle'),
        additional_args: optional(text()),
        train_text_encoder: optional(
          choice(['disabled', 'clip_l', 'clip_l_fp8', 'clip_l+T5', 'clip_l+T5_fp8'], 'disabled'),
        ),
        clip_l_lr: optional(float(0, 0, 10)),
        T5_lr: optional(float(0, 0, 10)),
        gradient_checkpointing: optional(
          choice(['enabled', 'enabled_with_cpu_offloading', 'disabled'], 'enabled'),
        ),
        resume_args: optional(link('ARGS', 'FluxTrainResume')),
        block_args: optional(link('ARGS', 'FluxTrainBlockSelect')),
        loss_args: optional(link('ARGS', 'FluxTrainerLossConfig')),
        network_config: optional(link('NETWORK_CONFIG', 'TrainNetworkConfig')),
      },
      'NETWORKTRAINER',
      'INT',
      'KOHYA_ARGS',
    ),
    // Replaced by blocks_to_swap in December 2024; older containers require it, newer containers ignore it.
    legacyInputs: { split_mode: flag(false) },
  },
  TrainNetworkConfig: node(
    {
      network_type: choice(['lora', 'LyCORIS/LoKr', 'LyCORIS/Locon', 'LyCORIS/LoHa'], 'lora'),
      lycoris_preset: choice(['full', 'full-lin', 'attn-mlp', 'attn-only'], 'attn-mlp'),
      factor: int(-1, -1, 16),
      extra_network_args: text(),
    },
    'NETWORK_CONFIG',
  ),
  FluxTrainerLossConfig: node(
    {
      loss_type: choice(['l2', 'huber', 'smooth_l1'], 'huber'),
      huber_schedule: choice(['snr', 'exponential', 'constant'], 'exponential'),
      huber_c: float(0.25, 0),
      huber_scale: float(1.75, 0),
    },
    'ARGS',
  ),
  FluxTrainBlockSelect: node({ include: text('lora_unet_single_blocks_20_linear2') }, 'ARGS'),
  FluxTrainResume: node({ load_state_path: text(), skip_until_initial_step: flag(false) }, 'ARGS'),
};
