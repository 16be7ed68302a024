import { file, flag, float, int, link, type NodeSchemas, node, optional, text } from './schema.ts';

/** Nodes of the base model and the dataset. */
export const DATASET_NODES: NodeSchemas = {
  FluxTrainModelSelect: node(
    {
      transformer: file,
      vae: file,
      clip_l: file,
      t5: file,
      lora_path: optional(text()),
    },
    'TRAIN_FLUX_MODELS',
  ),
  TrainDatasetGeneralConfig: node(
    {
      color_aug: flag(false),
      flip_aug: flag(false),
      shuffle_caption: flag(false),
      caption_dropout_rate: float(0, 0, 1),
      alpha_mask: flag(false),
      reset_on_queue: optional(flag(false)),
      caption_extension: optional(text('.txt')),
    },
    'JSON',
  ),
  TrainDatasetAdd: node(
    {
      dataset_config: link('JSON', 'TrainDatasetGeneralConfig', 'TrainDatasetAdd'),
      width: int(1024, 64),
      height: int(1024, 64),
      batch_size: int(2, 1),
      dataset_path: text(),
      class_tokens: text(),
      enable_bucket: flag(true),
      bucket_no_upscale: flag(false),
      num_repeats: int(1, 1),
      min_bucket_reso: int(256, 64, 4096),
      max_bucket_reso: int(1024, 64, 4096),
      regularization: optional(link('JSON', 'TrainDatasetRegularization')),
    },
    'JSON',
  ),
  TrainDatasetRegularization: node(
    { dataset_path: text(), class_tokens: text(), num_repeats: int(1, 1) },
    'JSON',
  ),
};
