export {
  healthSchema,
  SCOPES,
  type Scope,
  scopeSchema,
  sessionRequestSchema,
  sessionSchema,
} from './access.ts';
export {
  candidateSchema,
  candidatesQuerySchema,
  candidatesSchema,
  skipReasonSchema,
} from './auto-train/candidates.ts';
export {
  type AutoTrainBatchView,
  type AutoTrainProgressView,
  type AutoTrainRunView,
  autoTrainCancelSchema,
  autoTrainListQuerySchema,
  autoTrainPageSchema,
  autoTrainPatchSchema,
  autoTrainProgressSchema,
  autoTrainRequestSchema,
  autoTrainRunSchema,
} from './auto-train/runs.ts';
export { type ScheduleView, schedulePutSchema, scheduleSchema } from './auto-train/schedule.ts';
export {
  type ActorView,
  actorDetailSchema,
  actorListQuerySchema,
  actorPageSchema,
  actorTrainingDataQuerySchema,
  actorTrainingDataSchema,
  actorViewSchema,
  markTrainingDataGoodSchema,
  trainingDataGoodSchema,
} from './catalogue/actors.ts';
export {
  type DatasetResponse,
  type DatasetRequestBody,
  datasetResponseSchema,
  datasetRequestSchema,
} from './catalogue/datasets.ts';
export {
  captionParamsSchema,
  captionSchema,
  captionWriteSchema,
  styleImagesQuerySchema,
  styleImagesSchema,
  uploadRequestSchema,
  uploadSchema,
} from './catalogue/images.ts';
export {
  selectionSetCreateSchema,
  selectionSetListSchema,
  selectionSetParamsSchema,
  selectionSetPatchSchema,
  selectionSetSchema,
} from './catalogue/selection-sets.ts';
export {
  type StyleView,
  styleDetailSchema,
  styleListQuerySchema,
  stylePageSchema,
  styleViewSchema,
} from './catalogue/styles.ts';
export {
  markGoodSchema,
  subjectParamsSchema,
  versionResponseSchema,
  versionListSchema,
  versionUpsertSchema,
  versionViewSchema,
} from './catalogue/versions.ts';
export {
  type BudgetsView,
  batchBudgetResponseSchema,
  batchBudgetChangeSchema,
  budgetsChangeSchema,
  budgetsSchema,
} from './dispatch/budgets.ts';
export {
  type DispatchControlView,
  type DispatchView,
  dispatchChangeSchema,
  dispatchSchema,
} from './dispatch/control.ts';
export { type SlotsView, slotsSchema } from './dispatch/slots.ts';
export {
  budgetUsdSchema,
  httpUrlSchema,
  hyperparameterValuesSchema,
  idempotencyHeadersSchema,
  isoTimeSchema,
  labelSchema,
  pageQueryShape,
  prioritySchema,
  queryFlagSchema,
  subjectIdSchema,
  subjectKindSchema,
  trainingModeSchema,
  versionNameSchema,
  workflowOverridesSchema,
} from './fields.ts';
export {
  type LiveEvent,
  type LiveEventName,
  liveEventSchemas,
  streamHeadersSchema,
} from './live/events.ts';
export {
  type DeliveryView,
  deliveryListQuerySchema,
  deliveryPageSchema,
  deliveryViewSchema,
  notificationTestResponseSchema,
  notificationTestSchema,
} from './messages/deliveries.ts';
export { type NotificationPayload, notificationPayloadSchema } from './messages/message.ts';
export {
  type Problem,
  type ProblemIssue,
  problemIssueSchema,
  problemSchema,
  type LegacyProblem,
  legacyProblemSchema,
} from './problem.ts';
export {
  type TrainingStartResponse,
  type TrainingStartBody,
  trainingStartResponseSchema,
  trainingStartQuerySchema,
  trainingStartSchema,
} from './seeds/training-start.ts';
export {
  LEGACY_STATUS,
  legacyStatusSchema,
  type TrainingStatusResponse,
  trainingStatusResponseSchema,
  trainingStatusRequestSchema,
} from './seeds/training-status.ts';
export { webhookResponseSchema, webhookBodySchema, webhookQuerySchema } from './seeds/webhook.ts';
export {
  trainingEventSchema,
  trainingEventsQuerySchema,
  trainingEventsSchema,
  trainingListQuerySchema,
  trainingPageSchema,
} from './trainings/list.ts';
export {
  datasetReportSchema,
  estimateSchema,
  type PreviewView,
  previewSchema,
  warningSchema,
  resolutionSchema,
} from './trainings/preview.ts';
export {
  imageUrlsSchema,
  type TrainingRequestBody,
  type TrainingRetryBody,
  trainingCancelSchema,
  trainingPatchSchema,
  trainingReleaseSchema,
  trainingRequestSchema,
  trainingResolveSchema,
  trainingRetrySchema,
} from './trainings/request.ts';
export { coarseStatusSchema, failureSchema, trainingStatusSchema } from './trainings/status.ts';
export {
  attentionSchema,
  modelLinkSchema,
  modelQuerySchema,
  modelSchema,
  progressSchema,
  type TrainingDetail,
  type TrainingView,
  trainingDetailSchema,
  trainingViewSchema,
} from './trainings/view.ts';
export { type TunnelView, tunnelSchema } from './tunnel.ts';
