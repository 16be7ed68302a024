import {
  type AutoTrainProgressView,
  type AutoTrainRunView,
  SEED_STATUS,
  type TrainingView,
} from '@trainyard/contracts';
import { costOf } from './training-lines.ts';

/** What the report needs of a candidate. */
export interface CandidateLine {
  readonly actor_id: string;
  readonly name: string;
  readonly image_count: number;
  readonly eligible: boolean;
  readonly reasons: readonly { readonly message: string }[];
}

const WIDE = '='.repeat(60);
const NARROW = '='.repeat(40);
const said = (text: string): string => `[Auto Train] ${text}`;

/** The provider's side of a training's status. */
export const statusWord = ({ status }: Pick<TrainingView, 'status'>): string => SEED_STATUS[status];

/** The heading, in the manner of seed 002. */
export const headingLines = (): readonly string[] => [WIDE, 'Automated Actor Training Script', WIDE, ''];

const numberOf = (id: string): string => (/^\d+$/.test(id) ? String(Number(id)) : id);
const eligibleLine = (name: string, id: string, images: number): string =>
  said(`✓ Eligible: ${name} (ID: ${numberOf(id)}, Images: ${images})`);
const skippedLine = (name: string, reasons: readonly { readonly message: string }[]): string =>
  said(`✗ Skipped: ${name} (${reasons.map(({ message }) => message).join('; ')})`);

/** Every actor with the verdict. */
export const candidateLines = (all: readonly CandidateLine[]): readonly string[] => [
  said(`Loaded ${all.length} actors`),
  ...all.map(({ actor_id, name, image_count, reasons, eligible }) =>
    eligible ? eligibleLine(name, actor_id, image_count) : skippedLine(name, reasons),
  ),
  '',
  said(`Found ${all.filter(({ eligible }) => eligible).length} eligible actor(s)`),
];

/** Whom a run takes and whom it leaves out, and why. */
export const verdictLines = (run: AutoTrainRunView): readonly string[] => {
  const isLeft = (each: AutoTrainRunView['skipped'][number]): boolean =>
    each.reasons.some(({ code }) => code === 'limit');
  const eligible = run.enqueued.length + run.skipped.filter(isLeft).length;
  return [
    said('Loading actors from API...'),
    said(`Loaded ${run.considered} actors`),
    ...run.enqueued.map(({ name, actor_id, planned }) => eligibleLine(name, actor_id, planned.image_count)),
    ...run.skipped.map(({ name, reasons }) => skippedLine(name, reasons)),
    '',
    said(`Found ${eligible} eligible actor(s)`),
    ...(eligible === 0 ? [said('⚠️ No eligible actors found')] : []),
    ...(run.enqueued.length === 0 ? [] : [said(`Will train up to ${run.enqueued.length} actors`)]),
  ];
};

type Enqueued = AutoTrainRunView['enqueued'][number];

const minutes = (seconds: number): string => {
  const whole = Math.max(1, Math.round(seconds / 60));
  return whole < 120 ? `~${whole} minutes` : `~${Math.round(whole / 60)} hours`;
};
const usd = (cost: number): string => `$${cost.toFixed(2)}`;

const parameterLines = ({ planned }: Enqueued): readonly string[] => {
  const shown = (name: string): string => String(planned.hyperparameters[name]);
  return [
    said('Parameters:'),
    `  - Steps: ${shown('max_train_steps')}`,
    `  - Learning Rate: ${shown('learning_rate')}`,
    `  - Rank/Alpha: ${shown('network_dim')}/${shown('network_alpha')}`,
    `  - Repeats: ${shown('num_repeats')}`,
    `  - Trigger: ${planned.trigger}`,
  ];
};

const estimateLines = ({ planned }: Enqueued): readonly string[] => [
  said(`Estimated duration: ${minutes(planned.duration_seconds)}`),
  ...(planned.cost_usd === null ? [] : [said(`Estimated cost: ${usd(planned.cost_usd)}`)]),
];

/** Who was enqueued, or would be, one block each. */
export const enqueuedLines = (run: AutoTrainRunView): readonly string[] =>
  run.enqueued.flatMap((each, at) => [
    '',
    NARROW,
    said(`Training ${at + 1}/${run.enqueued.length}`),
    NARROW,
    '',
    said(each.training === null ? `Would train: ${each.name}` : `Starting training for: ${each.name}`),
    said(`Actor ID: ${each.actor_id}`),
    said(`Training images: ${each.planned.image_count}`),
    '',
    ...parameterLines(each),
    '',
    ...(each.training === null ? [] : [said('✓ Training accepted!'), said(`Job ID: ${each.training.id}`)]),
    ...estimateLines(each),
  ]);

/** The end of a run that only told what it would do. */
export const dryRunLines = (run: AutoTrainRunView): readonly string[] => [
  '',
  WIDE,
  'Dry Run Summary (nothing was enqueued)',
  WIDE,
  `Actors considered: ${run.considered}`,
  `Would train: ${run.enqueued.length}`,
  `Would skip: ${run.skipped.length}`,
  ...(run.enqueued.length === 0
    ? []
    : [`Estimated duration of all: ${minutes(run.estimate.duration_seconds)}`]),
  ...(run.estimate.cost_usd === null ? [] : [`Estimated cost of all: ${usd(run.estimate.cost_usd)}`]),
];

/** A change of a training that is followed. `minutes` since it was accepted. */
export const statusLines = (name: string, training: TrainingView, since: number): readonly string[] => {
  const status = said(`[${Math.floor(since)}m] Status: ${statusWord(training)} (${name})`);
  switch (training.status) {
    case 'completed':
      return [
        status,
        said(`✓ Training completed! (${name})`),
        said(`Model URL: ${training.model?.lora_url}`),
      ];
    case 'failed':
    case 'timed_out':
      return [status, said(`✗ Training failed: ${training.failure?.message ?? 'no reason known'} (${name})`)];
    case 'cancelled':
      return [status, said(`✗ Training cancelled (${name})`)];
    default:
      return [status];
  }
};

/** The end of the report. */
export const summaryLines = ({ summary }: Pick<AutoTrainProgressView, 'summary'>): readonly string[] => [
  '',
  WIDE,
  'Training Summary',
  WIDE,
  `Total actors processed: ${summary.processed}`,
  `Successful: ${summary.successful}`,
  `Failed: ${summary.failed}`,
  ...(summary.cancelled > 0 ? [`Cancelled: ${summary.cancelled}`] : []),
  ...[costOf(summary)].filter((cost) => cost !== undefined).map((cost) => `Cost: ${cost}`),
  ...(summary.processed === 0 ? [] : [`Duration: ${minutes(summary.duration_seconds).slice(1)}`]),
  ...(summary.successful === 0
    ? []
    : [
        '',
        '✓ Successful models have been saved to manifests',
        '✓ Models will be available in the Validator and Actor Training tabs',
      ]),
];
