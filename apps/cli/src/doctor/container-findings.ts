import { createFindings, type Finding } from './finding.ts';

const part = createFindings('Container');

/** Result of a test training. */
export interface TestTraining {
  readonly id: string;
  readonly status: string;
  readonly output_key: string | null;
  readonly failure: { readonly class: string; readonly message: string } | null;
  readonly model: {
    readonly lora_url: string;
    readonly verified: boolean;
    readonly size_bytes: number | null;
  } | null;
  readonly execution_seconds: number | null;
  readonly cost_usd: number | null;
  /** Whether the run reported progress. */
  readonly reportedProgress: boolean;
  /** Whether a webhook was requested and received. */
  readonly webhook: 'received' | 'not_received' | 'not_requested';
}

/** Evaluates a container by a test training (docs/container.md). Pure. */
export function evaluateTestTraining(training: TestTraining): readonly Finding[] {
  if (training.status === 'completed')
    return [
      checkCompletion(training),
      checkOutput(training),
      checkProgress(training),
      checkWebhook(training),
    ];
  const failureText = training.failure
    ? `${training.failure.class}: ${training.failure.message}`
    : 'no reason';
  return [
    part.fault(`the test training ${training.id} ended as ${training.status}, ${failureText}`),
    checkWebhook(training),
  ];
}

function checkCompletion({ execution_seconds: seconds, cost_usd: cost }: TestTraining): Finding {
  const duration = seconds === null ? 'an unknown time' : `${Math.round(seconds)} s`;
  return part.ok(`trained 10 steps in ${duration}${cost === null ? '' : `, for $${cost.toFixed(4)}`}`);
}

function checkOutput({ output_key: outputKey, model }: TestTraining): Finding {
  if (!model) return part.fault('ended without a model');
  const size = model.size_bytes === null ? 'its size is unknown' : `${model.size_bytes} bytes`;
  if (!model.verified)
    return part.warning(
      `its model at ${model.lora_url} is not verified; add its place to MODEL_PREFIXES (docs/container.md)`,
    );
  return outputKey !== null && model.lora_url.endsWith(`/${outputKey}`)
    ? part.ok(`uses output_key: ${model.lora_url}, ${size}`)
    : part.warning(`ignores output_key; the model was found at ${model.lora_url}, ${size}`);
}

function checkProgress({ reportedProgress }: TestTraining): Finding {
  return reportedProgress
    ? part.ok('reports progress')
    : part.warning('reports no progress: the progress of runs is not shown');
}

function checkWebhook({ webhook: outcome }: TestTraining): Finding {
  switch (outcome) {
    case 'received':
      return part.ok('RunPod sent a webhook at the end');
    case 'not_received':
      return part.warning('RunPod sent no webhook; the end was found by polling');
    case 'not_requested':
      return part.warning('no public address; the end was found by polling');
  }
}
