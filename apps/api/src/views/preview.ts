import type { Preview } from '@trainyard/application';
import type { PreviewView } from '@trainyard/contracts';

const resolutionOf = ({ resolution, request }: Preview) => ({
  policy: resolution.policy,
  preset: resolution.preset ?? null,
  hyperparameters: { ...request.hyperparameters },
  recommended: { ...resolution.recommended },
  overridden: [...resolution.overridden],
  steps_per_epoch: resolution.steps_per_epoch,
  epochs: resolution.epochs,
  epochs_node: resolution.epochs_node,
  epochs_exact: resolution.epochs_exact,
  warmup: resolution.warmup,
  expected_file_bytes: resolution.expected_file_bytes,
  warnings: [...resolution.warnings],
  advice: [...resolution.advice],
});

const datasetOf = ({ dataset }: Preview) => ({
  image_count: dataset.imageCount,
  caption_count: dataset.captionCount,
  class_tokens: dataset.classTokens,
  findings: dataset.findings.map(({ uris, ...finding }) => ({ ...finding, uris: [...uris] })),
});

const pair = ([low, high]: readonly [number, number]): [number, number] => [low, high];

/** What would be sent. */
export const previewView = (preview: Preview): PreviewView => {
  const { request, estimate, workflow } = preview;
  return {
    ...resolutionOf(preview),
    kind: request.subject.kind,
    subject_id: request.subject.id,
    trigger: request.trigger,
    sample_prompts: [...request.samplePrompts],
    images: [...request.imageUris],
    dataset: datasetOf(preview),
    estimate: {
      duration_seconds: estimate.durationSeconds,
      duration_range_seconds: pair(estimate.durationRangeSeconds),
      cost_usd: estimate.costUsd ?? null,
      cost_range_usd: estimate.costRangeUsd ? pair(estimate.costRangeUsd) : null,
    },
    workflow: { ...workflow },
  };
};
