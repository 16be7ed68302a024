import type { TrainCommand } from '@trainyard/application';
import type { TrainingRequestBody, TrainingRetryBody } from '@trainyard/contracts';
import { omitUndefined, toSubject } from '@trainyard/domain';

/** Maps the body of `POST /api/trainings` to the command of the use case. */
export function toTrainCommand(body: TrainingRequestBody): TrainCommand {
  return {
    ...toTrainOptions(body),
    ...omitUndefined({
      selectionSetId: body.selection_set_id,
      userId: body.user_id,
      tenantId: body.tenant_id,
      requestId: body.request_id,
    }),
    subject: toSubject(body.kind, body.subject_id),
    source: 'person',
  };
}

function toTrainOptions(body: TrainingRetryBody) {
  return omitUndefined({
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
}

/** Maps the body of a retry to the changed inputs. */
export function toRetryChanges(body: TrainingRetryBody): Partial<TrainCommand> {
  return toTrainOptions(body);
}
