import {
  DEFAULT_MODEL_KEY_TEMPLATE,
  DEFAULT_OUTPUT_DIR_TEMPLATE,
  findKeyTemplateFault,
  findOutputDirFault,
  KEY_PLACEHOLDERS,
  OUTPUT_DIR_PLACEHOLDERS,
  POLICY_NAMES,
  parseModelPrefix,
} from '@trainyard/domain';
import { defaulted, optional } from '../env/declare.ts';
import { absolutePath, choice, list, text, wholeNumber, wholeNumberOrZero } from '../env/kinds.ts';

/** A template of keys that is unique per attempt. */
const keyTemplate = text().superRefine((template, context) => {
  const allowed = KEY_PLACEHOLDERS.filter((name) => name !== 'output_name');
  const fault = findKeyTemplateFault(template, { allowed, required: ['training_id', 'attempt'] });
  if (fault !== undefined) context.addIssue({ code: 'custom', message: `is no template of keys: ${fault}` });
});

/** A template of the output folder in the container. */
const outputDir = text().superRefine((template, context) => {
  const fault = findOutputDirFault(template);
  if (fault !== undefined)
    context.addIssue({ code: 'custom', message: `is no template of a folder: ${fault}` });
});

function formatPlaceholders(names: readonly string[]): string {
  return names.map((name) => `\`{${name}}\``).join(', ');
}

/** Templates of keys, and `output_key`. */
const lookup = list.superRefine((templates, context) => {
  for (const template of templates) {
    const fault = findKeyTemplateFault(template, { allowed: KEY_PLACEHOLDERS });
    if (fault !== undefined)
      context.addIssue({
        code: 'custom',
        message: `holds the entry ${template}, no template of keys: ${fault}`,
      });
  }
});

const PREFIX_RULE = 'must be a comma-separated list of s3://bucket or s3://bucket/prefix';

const modelPrefixes = list
  .transform((entries) => entries.map(parseModelPrefix))
  .refine((entries) => !entries.includes(undefined), PREFIX_RULE)
  .transform((entries) => entries.filter((entry) => entry !== undefined));

const group = 'Trainings';
const container = 'Container';
/** BullMQ orders priorities up to 2^21 - 1. */
const priority = wholeNumber(1, 2_097_151);

/** Order, limits and defaults of trainings. */
export const trainings = {
  TRAINING_CONCURRENCY: defaulted(wholeNumber(1, 1_000), '2', {
    group,
    description:
      'Concurrency limit: the highest number of active trainings, stored at the first start. Change it later with `PUT /api/dispatch`.',
  }),
  POLL_INTERVAL_SECONDS: defaulted(wholeNumber(1, 600), '30', {
    group,
    description: 'Interval in seconds in which a run is polled.',
  }),
  RETENTION_DAYS: defaulted(wholeNumber(1, 36_500), '90', {
    group,
    description: 'Days after which an ended training is pruned to a summary without inputs and events.',
  }),
  MAX_ATTEMPTS: defaulted(wholeNumber(1, 10), '2', {
    group,
    description: 'Highest number of attempts of a training, the first included.',
  }),
  GATE_FAILED_RUNS: defaulted(wholeNumberOrZero(2, 100), '5', {
    group,
    description:
      'Number of paid runs that fail in a row and close the gate, whatever the class of the failures: 2 to 100, or 0 for no number.',
  }),
  EXECUTION_TIMEOUT_SECONDS: optional(wholeNumber(60, 579_600), {
    group,
    description:
      'Longest execution of a run in seconds. The default is three times the estimate, at least 2 h.',
    example: '7200',
  }),
  QUEUE_BUDGET_SECONDS: defaulted(wholeNumber(60, 86_400), '21600', {
    group,
    description: "Longest wait of a run in the endpoint's queue in seconds.",
  }),
  PRIORITY_MANUAL: defaulted(priority, '10', {
    group,
    description: 'Priority of manual requests; lower numbers are dispatched first.',
  }),
  PRIORITY_AUTO_TRAIN: defaulted(priority, '100', { group, description: 'Priority of auto-train.' }),
  ACTOR_POLICY: defaulted(choice(POLICY_NAMES), 'flux-presets', {
    group,
    description: `Policy that selects the hyperparameters of actors: ${POLICY_NAMES.join(', ')}.`,
  }),
  STYLE_POLICY: optional(choice(POLICY_NAMES), {
    group,
    description: `Policy that selects the hyperparameters of styles: ${POLICY_NAMES.join(', ')}. Without it requests get image-count, and the form of the studio selects style-guide.`,
    example: 'style-guide',
  }),
  DATASET_REPORT_SECONDS: defaulted(wholeNumber(60, 86_400), '600', {
    group,
    description:
      'Age in seconds up to which the errors of a stored dataset report refuse a training of the same images.',
  }),
  AUTO_TRAIN_LIMIT: optional(wholeNumber(1, 100_000), {
    group,
    description:
      'Default of the number of actors in one run of auto-train. Without it, a run names limit, actors, budget or all.',
    example: '2',
  }),
  DEFAULT_USER_ID: defaulted(text(), 'actor_maker_user', {
    group,
    description: 'user_id of requests without one.',
  }),
  DEFAULT_TENANT_ID: defaulted(text(), 'actor_maker', {
    group,
    description: 'tenant_id of requests without one.',
  }),
};

/** Models and paths of the training container (docs/container.md). */
export const containerSettings = {
  WORKFLOW_TEMPLATE: defaulted(
    text('the name of a file in workflows/, without .json', /^[A-Za-z0-9][\w-]*$/),
    'lora_training_workflow_headless',
    { group: container, description: 'Template in workflows/, without .json.' },
  ),
  FLUX_TRANSFORMER: defaulted(text(), 'flux1-dev-fp8.safetensors', {
    group: container,
    description: "File name of the base model in the container's ComfyUI.",
  }),
  FLUX_VAE: defaulted(text(), 'ae.safetensors', { group: container, description: 'File name of the VAE.' }),
  FLUX_CLIP_L: defaulted(text(), 'clip_l.safetensors', {
    group: container,
    description: 'File name of the CLIP-L text encoder.',
  }),
  FLUX_T5: defaulted(text(), 't5xxl_fp8_e4m3fn.safetensors', {
    group: container,
    description: 'File name of the T5 text encoder.',
  }),
  OBJECT_INFO: optional(text(), {
    group: container,
    description:
      "File (`/path`, `./path`) or key of the object store with the container's answer to `GET /object_info`, at most 16 MiB. Workflows may then use its node classes, and its choices and bounds outrank the built-in ones. It is read at start and every hour.",
    example: 'data/object_info.json',
  }),
  CONTAINER_DATASET_DIR: defaulted(absolutePath, '/training_data', {
    group: container,
    description: 'Folder in the container into which it downloads the images.',
  }),
  CONTAINER_OUTPUT_DIR: defaulted(outputDir, DEFAULT_OUTPUT_DIR_TEMPLATE, {
    group: container,
    description: `Folder in the container for the output of an attempt: an absolute path, which may contain ${formatPlaceholders(OUTPUT_DIR_PLACEHOLDERS)}. Without \`{training_id}\` or \`{attempt}\` runs share the folder, and the output names of later attempts end with \`-a{attempt}\`.`,
  }),
  MODEL_KEY_TEMPLATE: defaulted(keyTemplate, DEFAULT_MODEL_KEY_TEMPLATE, {
    group: container,
    description:
      'Template of the key under which the container stores a model (`output_key`). It must contain `{training_id}` and `{attempt}`, and may contain `{model_name}`, `{kind}`, `{subject_id}` and `{version}`.',
  }),
  OUTPUT_LOOKUP: defaulted(lookup, 'output_key,{output_name}.safetensors,{model_name}.safetensors', {
    group: container,
    description: `Comma-separated keys at which a finished model is searched in the object store, in this order: \`output_key\`, or templates with ${formatPlaceholders(KEY_PLACEHOLDERS)}.`,
  }),
  MODEL_PREFIXES: optional(modelPrefixes, {
    group: container,
    description:
      'Comma-separated places, `s3://bucket/prefix`, of models that a container stores elsewhere than at its output key or at `OUTPUT_LOOKUP`; the bucket of the object store without it. Only models at these places are served.',
    example: 's3://my-bucket/loras',
  }),
};
