import type { DatasetResponse, PreviewView } from '@trainyard/contracts';
import { formatUsd } from '@trainyard/domain';
import { alignColumns } from './training-lines.ts';

type PreviewSummary = Omit<
  PreviewView,
  'checks' | 'start' | 'budgets' | 'data_checked' | 'dataset' | 'images' | 'version_name'
> &
  Partial<Pick<PreviewView, 'dataset' | 'version_name'>> & { readonly image_count?: number };

const MEGABYTE = 1_000_000;
/** Formats a preview as lines. */
export function previewLines(preview: PreviewSummary): readonly string[] {
  const { hyperparameters: hp, estimate, warmup } = preview;
  const [images, epochs] = [preview.dataset?.image_count ?? preview.image_count, Math.round(preview.epochs)];
  const facts = alignColumns([
    ['Subject', `${preview.kind} ${preview.subject_id}`],
    ...(preview.version_name === undefined ? [] : [['Version', preview.version_name]]),
    ['Images', String(images)],
    ['Policy', [preview.policy, preview.preset].filter(Boolean).join(' ')],
    ['Steps', `${hp['max_train_steps']} (about ${epochs} epochs)`],
    ['Learning rate', String(hp['learning_rate'])],
    ['Rank/Alpha', `${hp['network_dim']}/${hp['network_alpha']}`],
    ['Repeats', String(hp['num_repeats'])],
    ['Batch size', String(hp['batch_size'])],
    ['Scheduler', `${hp['lr_scheduler']}, warm-up ${warmup.steps} steps`],
    ['Trigger', preview.trigger],
    ['File', `about ${Math.round(preview.expected_file_bytes / MEGABYTE)} MB`],
    [
      'Duration',
      `about ${formatMinutes(estimate.duration_seconds)} (${formatRange(estimate.duration_range_seconds, formatMinutes)})`,
    ],
    ...(estimate.cost_usd === null || estimate.cost_range_usd === null
      ? []
      : [
          [
            'Cost',
            `about ${formatUsd(estimate.cost_usd)} (${formatRange(estimate.cost_range_usd, formatUsd)})${formatPrice(estimate)}`,
          ],
        ]),
  ]);
  return [...facts, ...findingLines(preview)];
}

function formatMinutes(seconds: number): string {
  return `${Math.round(seconds / 60)} min`;
}

function formatRange(range: readonly [number, number], format: (value: number) => string): string {
  return `${format(range[0])} – ${format(range[1])}`;
}

/** Formats a finding of a dataset report. */
export function findingLine({ severity, message, hint }: DatasetResponse['findings'][number]): string {
  return `${severity}: ${message}. ${hint}`;
}

function findingLines({ dataset, warnings, advice }: PreviewSummary): readonly string[] {
  return [
    ...(dataset?.findings ?? []).map(findingLine),
    ...warnings.map(({ message }) => `warning: ${message}`),
    ...advice.map(({ message }) => `advice: ${message}`),
  ];
}

function formatPrice({ price }: PreviewSummary['estimate']): string {
  return price === null ? '' : `, ${price.gpu_type}, prices of ${price.as_of}`;
}
