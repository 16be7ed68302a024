import type { TrainCommand } from '@trainyard/application';
import type { TrainingRequestBody, TrainingRetryBody } from '@trainyard/contracts';
import { defined } from './defined.ts';

const toTrainOptions = (body: TrainingRetryBody) =>
  defined({
    images: body.images,
    versionName: body.version_name,
    description: body.description,
    trigger: body.trigger,
    policy: body.policy,
    hyperparameters: body.hyperparameters,
    workflowOverrides: body.workflow_overrides,
    priority: body.priority,
    samplePrompts: body.sample_prompts,
    validation: body.validation,
    notifyUrl: body.notify_url,
    metadata: body.metadata,
    budgetUsd: body.budget_usd,
    onBudget: body.on_budget,
    force: body.force,
  });

/** `POST /api/trainings` in the words of the use case. */
export const toTrainCommand = (body: TrainingRequestBody): TrainCommand => ({
  ...toTrainOptions(body),
  ...defined({
    selectionSetId: body.selection_set_id,
    userId: body.user_id,
    tenantId: body.tenant_id,
    requestId: body.request_id,
  }),
  subject: { kind: body.kind, id: body.subject_id },
  source: 'person',
});

/** What a retry changes. */
export const toRetryChanges = (body: TrainingRetryBody): Partial<TrainCommand> => toTrainOptions(body);
