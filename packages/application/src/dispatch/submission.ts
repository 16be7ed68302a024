import { type Attempt, MODES, type Queued } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { Submission } from '../ports/provider.ts';
import type { WorkflowJson } from '../ports/workflows.ts';
import type { LookedAtDataset } from '../dataset/inspect.ts';

type SubmissionDeps = Pick<Deps, 'workflows' | 'objects' | 'settings'>;

interface Decided {
  readonly attempt: Attempt;
  readonly dataset: LookedAtDataset;
}

/** A directory of the attempt's own: two runs never share one (SPEC §4). */
const outputDir = (deps: SubmissionDeps, training: Queued, attempt: Attempt): string =>
  `${deps.settings.containerOutputDir}/${training.id}/attempt-${attempt.number}`;

const workflowOf = (deps: SubmissionDeps, training: Queued, { attempt, dataset }: Decided): WorkflowJson => {
  const { request } = training;
  const place = {
    outputName: attempt.modelName,
    outputDir: outputDir(deps, training, attempt),
    datasetDir: deps.settings.containerDatasetDir,
  };
  if (request.workflow) return deps.workflows.adopt({ ...place, workflow: request.workflow }).workflow;
  return deps.workflows.build({
    ...place,
    template: request.template.name,
    hyperparameters: request.hyperparameters,
    trigger: request.trigger,
    classTokens: dataset.report.classTokens,
    samplePrompts: request.samplePrompts,
    validation: request.validation,
    ...(request.workflowOverrides && { overrides: request.workflowOverrides }),
  });
};

/** The key within the bucket, as a container that knows nothing of our prefix needs it. */
const bucketKey = (uri: string): string => uri.replace(/^s3:\/\/[^/]+\//, '');

/** The request as seeds 001 and 003 have it, with our own fields beside theirs (SPEC §4). */
export const submissionOf = async (
  deps: SubmissionDeps,
  training: Queued,
  decided: Decided,
): Promise<Submission> => {
  const { request } = training;
  const { attempt, dataset } = decided;
  const webhookUrl = await deps.settings.webhookUrl(training.id, attempt.number);
  return {
    endpointId: attempt.endpointId,
    input: {
      workflow: workflowOf(deps, training, decided),
      training_data: { s3_urls: dataset.uris },
      training_config: {
        mode: MODES[request.subject.kind],
        user_id: request.userId,
        tenant_id: request.tenantId,
        request_id: request.requestId ?? training.id,
        model_name: attempt.modelName,
        learning_rate: request.hyperparameters.learning_rate,
        max_train_steps: request.hyperparameters.max_train_steps,
        training_id: training.id,
        attempt: attempt.number,
        output_key: bucketKey(deps.objects.uriOf(attempt.outputKey)),
      },
    },
    ...(webhookUrl !== undefined && { webhookUrl }),
    executionTimeoutMs: attempt.executionTimeoutMs,
    ttlMs: attempt.ttlMs,
  };
};
