import { POLICY_NAMES } from '@trainyard/domain';
import { defaulted, optional } from '../declare.ts';
import { absolutePath, choice, list, text, wholeNumber } from '../kinds.ts';

const group = 'Trainings';
const container = 'Container';
/** The largest priority that is ordered (SPEC §2). */
const priority = wholeNumber(1, 2_097_151);

/** How trainings are chosen, ordered and followed. */
export const trainings = {
  TRAINING_CONCURRENCY: defaulted(wholeNumber(1, 1_000), '2', {
    group,
    about: 'How many trainings may live at once. Only begins the bound; then `PUT /api/dispatch` changes it.',
  }),
  POLL_INTERVAL_SECONDS: defaulted(wholeNumber(1, 600), '30', {
    group,
    about: 'How often a run is looked at.',
  }),
  RETENTION_DAYS: defaulted(wholeNumber(1, 36_500), '90', {
    group,
    about: 'How long a training that has ended is kept with its inputs and events; then as a summary.',
  }),
  MAX_ATTEMPTS: defaulted(wholeNumber(1, 10), '2', {
    group,
    about: 'Attempts in all, the first one included.',
  }),
  EXECUTION_TIMEOUT_SECONDS: optional(wholeNumber(60, 579_600), {
    group,
    about: 'How long a run may take; by default 2 h or three times the estimate, whichever is more.',
    example: '7200',
  }),
  QUEUE_BUDGET_SECONDS: defaulted(wholeNumber(60, 86_400), '21600', {
    group,
    about: "How long a run may wait in the endpoint's queue.",
  }),
  PRIORITY_PERSON: defaulted(priority, '10', {
    group,
    about: "Priority of a person's request; lower is sooner.",
  }),
  PRIORITY_AUTO_TRAIN: defaulted(priority, '100', { group, about: 'Priority of auto-train.' }),
  ACTOR_POLICY: defaulted(choice(POLICY_NAMES), 'flux-presets', {
    group,
    about: 'Picks the hyperparameters of actors.',
  }),
  STYLE_POLICY: defaulted(choice(POLICY_NAMES), 'image-count', {
    group,
    about: 'Picks the hyperparameters of styles.',
  }),
  AUTO_TRAIN_LIMIT: optional(wholeNumber(1, 100_000), {
    group,
    about: 'How many actors one run of auto-train takes; all without it.',
    example: '2',
  }),
  DEFAULT_USER_ID: defaulted(text(), 'actor_maker_user', {
    group,
    about: 'user_id where a request names none.',
  }),
  DEFAULT_TENANT_ID: defaulted(text(), 'actor_maker', {
    group,
    about: 'tenant_id where a request names none.',
  }),
};

/** What the training container is like (docs/container.md). */
export const containerSettings = {
  WORKFLOW_TEMPLATE: defaulted(
    text('the name of a file in workflows/, without .json', /^[A-Za-z0-9][\w-]*$/),
    'lora_training_workflow_headless',
    { group: container, about: 'The file in workflows/ that graphs are built from.' },
  ),
  FLUX_TRANSFORMER: defaulted(text(), 'flux1-dev-fp8.safetensors', {
    group: container,
    about: "The base model as the container's ComfyUI lists it.",
  }),
  FLUX_VAE: defaulted(text(), 'ae.safetensors', { group: container, about: 'Its VAE.' }),
  FLUX_CLIP_L: defaulted(text(), 'clip_l.safetensors', {
    group: container,
    about: 'Its first text encoder.',
  }),
  FLUX_T5: defaulted(text(), 't5xxl_fp8_e4m3fn.safetensors', {
    group: container,
    about: 'Its second text encoder.',
  }),
  CONTAINER_DATASET_DIR: defaulted(absolutePath, '/training_data', {
    group: container,
    about: 'Where the container puts the images.',
  }),
  CONTAINER_OUTPUT_DIR: defaulted(absolutePath, '/output', {
    group: container,
    about: 'Where the nodes write; each attempt gets a folder of its own in it.',
  }),
  OUTPUT_LOOKUP: defaulted(list, 'output_key,{model_name}.safetensors', {
    group: container,
    about: 'Where a finished model may lie in the object store, tried in order.',
  }),
};
