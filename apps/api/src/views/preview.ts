import type { Check, Deps, Preview, PreviewStart, ReportedDataset } from '@trainyard/application';
import type { CheckView, DatasetResponse, PreviewView } from '@trainyard/contracts';
import { type DatasetReport, STYLE_WORDS } from '@trainyard/domain';
import { toIsoOrNull } from './training.ts';

/** The facts of a preview that concern the system at this time. */
interface PreviewFacts {
  readonly checks: readonly Check[];
  readonly start: PreviewStart;
}

/** Renders a preview: the request as it would be sent, with its estimate and dataset report. */
export function toPreviewView(
  { settings }: Pick<Deps, 'settings'>,
  preview: Preview,
  { checks, start }: PreviewFacts,
): PreviewView {
  const { request, estimate, workflow } = preview;
  return {
    ...toResolution(preview),
    kind: request.subject.kind,
    subject_id: request.subject.id,
    version_name: preview.versionName,
    trigger: request.trigger,
    sample_prompts: [...request.samplePrompts],
    images: [...request.imageUris],
    checks: toCheckViews(checks),
    ...toStartFields(start),
    data_checked: preview.known.coverage === 'all',
    dataset: preview.dataset ? toDatasetView(preview.dataset) : null,
    estimate: {
      samples: estimate.samples,
      price: toPrice(settings),
      duration_seconds: estimate.durationSeconds,
      duration_range_seconds: toRange(estimate.durationRangeSeconds),
      cost_usd: estimate.costUsd ?? null,
      cost_range_usd: estimate.costRangeUsd ? toRange(estimate.costRangeUsd) : null,
    },
    workflow: { ...workflow },
  };
}

/** Renders the conditions of a start. */
export function toCheckViews(checks: readonly Check[]): CheckView[] {
  return checks.map(({ trainingId, ...check }) => ({
    ...check,
    ...(trainingId !== undefined && { training_id: trainingId }),
  }));
}

function toStartFields({ position, startAt, stop, day, month }: PreviewStart) {
  return {
    start: {
      position: position ?? null,
      at: toIsoOrNull(startAt),
      waiting: stop ? { code: stop.code, until: toIsoOrNull(stop.until), text: stop.text } : null,
    },
    budgets: { day: toBudgetView(day), month: toBudgetView(month) },
  };
}

function toBudgetView({ period, budgetUsd, usedUsd, afterUsd }: PreviewStart['month']) {
  return { period, budget_usd: budgetUsd ?? null, used_usd: usedUsd, after_usd: afterUsd ?? null };
}

function toResolution({ resolution, request }: Preview) {
  return {
    policy: resolution.policy,
    preset: resolution.preset ?? null,
    hyperparameters: { ...request.hyperparameters },
    recommended: { ...resolution.recommended },
    baseline: { ...resolution.baseline },
    reasons: { ...resolution.reasons },
    overridden: [...resolution.overridden],
    steps_per_epoch: resolution.steps_per_epoch,
    epochs: resolution.epochs,
    epochs_node: resolution.epochs_node,
    epochs_exact: resolution.epochs_exact,
    warmup: resolution.warmup,
    expected_file_bytes: resolution.expected_file_bytes,
    warnings: [...resolution.warnings],
    advice: [...resolution.advice],
  };
}

function toRange([low, high]: readonly [number, number]): [number, number] {
  return [low, high];
}

/** The price of the GPU with the date of the price list; null if it is unknown. */
export function toPrice({ price, estimate }: Deps['settings']): PreviewView['estimate']['price'] {
  return price && estimate.usdPerSecond !== undefined
    ? { gpu_type: price.gpuType, usd_per_second: estimate.usdPerSecond, as_of: price.asOf }
    : null;
}

/** Renders a dataset report. */
export function toDatasetView(report: DatasetReport): NonNullable<PreviewView['dataset']> {
  return {
    image_count: report.imageCount,
    caption_count: report.captionCount,
    class_tokens: report.classTokens,
    findings: report.findings.map(({ uris, ...finding }) => ({ ...finding, uris: [...uris] })),
  };
}

/** Renders a dataset report with its subject, trigger and images. */
export function toDatasetResponse(
  kind: DatasetResponse['kind'],
  { subject, trigger, images, report, trainable }: ReportedDataset,
): DatasetResponse {
  return {
    ...toDatasetView(report),
    kind,
    subject_id: subject?.id ?? null,
    trigger,
    images: [...images],
    style_words: [...STYLE_WORDS],
    trainable,
  };
}
