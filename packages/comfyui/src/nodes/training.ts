import {
  choice,
  flag,
  float,
  int,
  link,
  type NodeSchemas,
  node,
  optional,
  outputNode,
  text,
} from './schema.ts';

const trainer = link('NETWORKTRAINER');
const validationSettings = optional(link('VALSETTINGS', 'FluxTrainValidationSettings'));

/** Matplotlib's styles; «default», the declared default of the node, is not in this list. */
const PLOT_STYLES = [
  'Solarize_Light2',
  '_classic_test_patch',
  '_mpl-gallery',
  '_mpl-gallery-nogrid',
  'bmh',
  'classic',
  'dark_background',
  'fast',
  'fivethirtyeight',
  'ggplot',
  'grayscale',
  'seaborn-v0_8',
  ...['bright', 'colorblind', 'dark', 'dark-palette', 'darkgrid', 'deep', 'muted', 'notebook', 'paper'].map(
    (shade) => `seaborn-v0_8-${shade}`,
  ),
  ...['pastel', 'poster', 'talk', 'ticks', 'white', 'whitegrid'].map((shade) => `seaborn-v0_8-${shade}`),
  'tableau-colorblind10',
];

/** The nodes that receive the trainer, and the settings of validation. */
export const TRAINING_NODES: NodeSchemas = {
  FluxTrainLoop: node({ network_trainer: trainer, steps: int(1, 1, 10_000) }, 'NETWORKTRAINER', 'INT'),
  FluxTrainAndValidateLoop: node(
    {
      network_trainer: trainer,
      validate_at_steps: int(250, 1, 10_000),
      save_at_steps: int(250, 1, 10_000),
      validation_settings: validationSettings,
    },
    'NETWORKTRAINER',
    'INT',
  ),
  FluxTrainSave: node(
    { network_trainer: trainer, save_state: flag(false), copy_to_comfy_lora_folder: flag(false) },
    'NETWORKTRAINER',
    'STRING',
    'INT',
  ),
  FluxTrainValidate: node(
    { network_trainer: trainer, validation_settings: validationSettings },
    'NETWORKTRAINER',
    'IMAGE',
  ),
  FluxTrainValidationSettings: node(
    {
      steps: int(20, 1, 256),
      width: int(512, 64, 4096),
      height: int(512, 64, 4096),
      guidance_scale: float(3.5, 1, 32),
      // The node allows 2^64 - 1, but JSON numbers above 2^53 - 1 lose precision.
      seed: int(42, 0, Number.MAX_SAFE_INTEGER),
      shift: flag(true),
      base_shift: float(0.5, 0, 10),
      max_shift: float(1.15, 0, 10),
    },
    'VALSETTINGS',
  ),
  FluxTrainEnd: outputNode(
    { network_trainer: trainer, save_state: flag(true) },
    'STRING',
    'STRING',
    'STRING',
  ),
  VisualizeLoss: node(
    {
      network_trainer: trainer,
      plot_style: choice(PLOT_STYLES, 'default'),
      window_size: int(100, 0, 10_000),
      normalize_y: flag(true),
      width: int(768, 256, 4096),
      height: int(512, 256, 4096),
      log_scale: flag(false),
    },
    'IMAGE',
    'FLOAT',
  ),
  UploadToHuggingFace: node(
    {
      network_trainer: trainer,
      source_path: text(),
      repo_id: text(),
      revision: text(),
      private: flag(true),
      token: optional(text()),
    },
    'NETWORKTRAINER',
    'STRING',
  ),
};
