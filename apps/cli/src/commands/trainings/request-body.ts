import { readFile } from 'node:fs/promises';
import type { TrainingRequestBody } from '@trainyard/contracts';
import type { Command } from 'commander';
import { UsageError } from '../../terminal/exit.ts';
import {
  type Assignments,
  collectAssignments,
  collectValues,
  omitUndefined,
  parseAmountUsd,
  parseChoice,
  parseWholeNumber,
} from '../../terminal/options.ts';

/** What can be said of a training on the command line. */
export interface RequestOptions {
  readonly kind: 'actor' | 'style';
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

/** The body of a request. Throws UsageError for files that cannot be read. */
export async function buildRequestBody(
  subjectId: string,
  options: RequestOptions,
): Promise<TrainingRequestBody> {
  const { overrides } = options;
  const fields = {
    kind: options.kind,
    subject_id: subjectId,
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
    .option('--kind <kind>', 'actor or style', parseChoice('actor', 'style'), 'actor' as const)
    .option('--image <url>', 's3:// or https address of an image; may come several times', collectValues)
    .option('--images-from <file>', 'a file with one address a line')
    .option('--selection-set <id>', 'the selection set of a style', parseWholeNumber)
    .option('--version-name <name>', 'name of the version instead of the next V')
    .option('--description <text>', 'a note for people')
    .option('--trigger <word>', 'the word that calls the subject')
    .option('--policy <name>', 'image-count, flux-presets, style-guide or actor-tab')
    .option(
      '-s, --set <name=value>',
      'a hyperparameter that wins over the policy; may come several times',
      collectAssignments,
    )
    .option('--overrides <file>', 'JSON of inputs by node id that replace the built ones')
    .option('--prompt <text>', 'a prompt for sample images; may come several times', collectValues)
    .option('--validation', 'make sample images at the end')
    .option('--priority <number>', 'lower is sooner', parseWholeNumber)
    .option('--notify-url <url>', 'told when it ends or needs a person')
    .option('--budget-usd <amount>', 'what all its attempts together may cost', parseAmountUsd)
    .option('--on-budget <what>', 'hold or reject, where a budget has no room', parseChoice('hold', 'reject'))
    .option('--force', 'also when the subject is being trained');
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

/** Throws UsageError. */
async function readJsonFile(path: string): Promise<unknown> {
  const text = await readText(path);
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${path} is no JSON`);
  }
}

/** The images that the options name; undefined when they name none. Throws UsageError. */
export async function readImages({
  image = [],
  imagesFrom,
}: Pick<RequestOptions, 'image' | 'imagesFrom'>): Promise<readonly string[] | undefined> {
  const lines = imagesFrom === undefined ? [] : (await readText(imagesFrom)).split('\n');
  const images = [...image, ...lines.map((line) => line.trim()).filter((line) => line !== '')];
  if (imagesFrom !== undefined && images.length === 0) throw new UsageError(`${imagesFrom} names no image`);
  return images.length === 0 ? undefined : images;
}
