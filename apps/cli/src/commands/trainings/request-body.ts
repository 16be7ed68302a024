import { readFile } from 'node:fs/promises';
import type { TrainingRequestBody } from '@trainyard/contracts';
import { omitUndefined, type Subject } from '@trainyard/domain';
import type { Command } from 'commander';
import { UsageError } from '../../terminal/exit.ts';
import {
  type Assignments,
  collectAssignments,
  collectValues,
  parseAmountUsd,
  parseChoice,
  parseWholeNumber,
} from '../../terminal/options.ts';

/** Command line options that describe a training. */
export interface RequestOptions {
  readonly kind?: 'actor' | 'style';
  readonly image?: readonly string[];
  readonly imagesFrom?: string;
  readonly selectionSet?: number;
  readonly versionName?: string;
  readonly description?: string;
  readonly trigger?: string;
  readonly policy?: string;
  readonly set?: Assignments;
  readonly overrides?: string;
  readonly prompt?: readonly string[];
  readonly validation?: boolean;
  readonly priority?: number;
  readonly notifyUrl?: string;
  readonly budgetUsd?: number;
  readonly onBudget?: 'hold' | 'reject';
  readonly force?: boolean;
}

/** Builds the request body. Throws UsageError for files that cannot be read. */
export async function buildRequestBody(
  subject: Subject,
  options: RequestOptions,
): Promise<TrainingRequestBody> {
  const { overrides } = options;
  const fields = {
    kind: subject.kind,
    subject_id: subject.id,
    images: await readImages(options),
    selection_set_id: options.selectionSet,
    version_name: options.versionName,
    description: options.description,
    trigger: options.trigger,
    policy: options.policy,
    hyperparameters: options.set,
    workflow_overrides: overrides === undefined ? undefined : await readJsonFile(overrides),
    sample_prompts: options.prompt,
    validation: options.validation,
    priority: options.priority,
    notify_url: options.notifyUrl,
    budget_usd: options.budgetUsd,
    on_budget: options.onBudget,
    force: options.force,
  };
  return omitUndefined(fields) as TrainingRequestBody;
}

/** Adds the options that describe a training. */
export function addRequestOptions(command: Command): Command {
  return command
    .option(
      '--kind <kind>',
      'actor or style (default: the kind of the subject)',
      parseChoice('actor', 'style'),
    )
    .option('--image <url>', 's3:// or https address of an image; repeatable', collectValues)
    .option('--images-from <file>', 'file with an address per line')
    .option('--selection-set <id>', 'selection set of a style', parseWholeNumber)
    .option('--version-name <name>', 'name of the version (default: the next V number)')
    .option('--description <text>', 'note')
    .option('--trigger <text>', 'trigger of the subject')
    .option('--policy <name>', 'image-count, flux-presets, style-guide or actor-tab')
    .option('-s, --set <name=value>', 'hyperparameter, overrides the policy; repeatable', collectAssignments)
    .option('--overrides <file>', 'JSON file of node inputs by node id that override the workflow')
    .option('--prompt <text>', 'prompt of a sample picture, implies --validation; repeatable', collectValues)
    .option('--validation', 'create sample pictures at the end, with the trigger as prompt')
    .option('--no-validation', 'create no sample pictures')
    .option('--priority <number>', 'lower runs first', parseWholeNumber)
    .option('--notify-url <url>', 'receives notifications of its end and of needs_attention')
    .option('--budget-usd <amount>', 'budget of all its attempts in USD', parseAmountUsd)
    .option(
      '--on-budget <mode>',
      'hold (default) or reject if a budget has too little left',
      parseChoice('hold', 'reject'),
    )
    .option('--force', 'also if the subject has a live training');
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

/** Reads and parses a JSON file. Throws UsageError. */
async function readJsonFile(path: string): Promise<unknown> {
  const text = await readText(path);
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${path} is not JSON`);
  }
}

/** Reads the image addresses of the options; undefined without any. Throws UsageError. */
export async function readImages({
  image = [],
  imagesFrom,
}: Pick<RequestOptions, 'image' | 'imagesFrom'>): Promise<readonly string[] | undefined> {
  const lines = imagesFrom === undefined ? [] : (await readText(imagesFrom)).split('\n');
  const images = [...image, ...lines.map((line) => line.trim()).filter((line) => line !== '')];
  if (imagesFrom !== undefined && images.length === 0)
    throw new UsageError(`${imagesFrom} contains no image address`);
  return images.length === 0 ? undefined : images;
}
