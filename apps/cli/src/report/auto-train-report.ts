import {
  type AutoTrainProgressView,
  type AutoTrainRunView,
  SEED_STATUS,
  type TrainingView,
} from '@trainyard/contracts';

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

/** Every actor that was considered, eligible or not. */
export const candidateLines = (all: readonly CandidateLine[], limit?: number): readonly string[] => {
  const eligible = all.filter((each) => each.eligible).length;
  const verdicts = all.map(({ actor_id, name, image_count, reasons, eligible: fit }) =>
    said(
      fit
        ? `✓ Eligible: ${name} (ID: ${numberOf(actor_id)}, Images: ${image_count})`
        : `✗ Skipped: ${name} (${reasons.map(({ message }) => message).join('; ')})`,
    ),
  );
  return [
    said('Loading actors from API...'),
    said(`Loaded ${all.length} actors`),
    ...verdicts,
    '',
    said(`Found ${eligible} eligible actor(s)`),
    ...(eligible === 0 ? [] : [said(`Will train up to ${Math.min(eligible, limit ?? eligible)} actors`)]),
  ];
};

const shown = (training: TrainingView, name: string): string => String(training.hyperparameters[name]);

const parameterLines = (training: TrainingView): readonly string[] => [
  said('Parameters:'),
  `  - Steps: ${shown(training, 'max_train_steps')}`,
  `  - Learning Rate: ${shown(training, 'learning_rate')}`,
  `  - Rank/Alpha: ${shown(training, 'network_dim')}/${shown(training, 'network_alpha')}`,
  `  - Repeats: ${shown(training, 'num_repeats')}`,
  `  - Trigger: ${training.trigger}`,
];

/** What was enqueued, one block each; whom the run left out although they were eligible comes after. */
export const enqueuedLines = (run: AutoTrainRunView): readonly string[] =>
  run.enqueued.flatMap(({ actor_id, name, training }, at) => [
    '',
    NARROW,
    said(`Training ${at + 1}/${run.enqueued.length}`),
    NARROW,
    '',
    said(training === null ? `Would train: ${name}` : `Starting training for: ${name}`),
    said(`Actor ID: ${actor_id}`),
    ...(training === null
      ? []
      : [
          said(`Training images: ${training.image_count}`),
          '',
          ...parameterLines(training),
          '',
          said('✓ Training accepted!'),
          said(`Job ID: ${training.id}`),
        ]),
  ]);

/** A change of a training that is followed. `minutes` since it was accepted. */
export const statusLines = (name: string, training: TrainingView, minutes: number): readonly string[] => {
  const status = said(`[${Math.floor(minutes)}m] Status: ${statusWord(training)} (${name})`);
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
  ...(summary.cost_usd === null ? [] : [`Cost: $${summary.cost_usd.toFixed(2)}`]),
  ...(summary.successful === 0
    ? []
    : [
        '',
        '✓ Successful models have been saved to manifests',
        '✓ Models will be available in the Validator and Actor Training tabs',
      ]),
];
