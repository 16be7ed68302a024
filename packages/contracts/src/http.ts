export {
  healthSchema,
  SCOPES,
  type Scope,
  scopeSchema,
  sessionRequestSchema,
  sessionSchema,
} from './http/access.ts';
export {
  candidateSchema,
  candidatesQuerySchema,
  candidatesSchema,
  skipReasonSchema,
} from './http/auto-train/candidates.ts';
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
} from './http/auto-train/runs.ts';
export { type ScheduleView, schedulePutSchema, scheduleSchema } from './http/auto-train/schedule.ts';
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
} from './http/catalogue/actors.ts';
export {
  type DatasetRequestBody,
  type DatasetResponse,
  datasetRequestSchema,
  datasetResponseSchema,
} from './http/catalogue/datasets.ts';
export {
  captionParamsSchema,
  captionSchema,
  captionWriteSchema,
  styleImagesQuerySchema,
  styleImagesSchema,
  uploadRequestSchema,
  uploadSchema,
} from './http/catalogue/images.ts';
export {
  selectionSetCreateSchema,
  selectionSetListSchema,
  selectionSetParamsSchema,
  selectionSetPatchSchema,
  selectionSetSchema,
} from './http/catalogue/selection-sets.ts';
export {
  type StyleView,
  styleDetailSchema,
  styleListQuerySchema,
  stylePageSchema,
  styleViewSchema,
} from './http/catalogue/styles.ts';
export {
  markGoodSchema,
  subjectParamsSchema,
  versionListSchema,
  versionResponseSchema,
  versionUpsertSchema,
  versionViewSchema,
} from './http/catalogue/versions.ts';
export {
  type BudgetsView,
  batchBudgetChangeSchema,
  batchBudgetResponseSchema,
  budgetsChangeSchema,
  budgetsSchema,
} from './http/dispatch/budgets.ts';
export {
  type DispatchControlView,
  type DispatchView,
  dispatchChangeSchema,
  dispatchSchema,
} from './http/dispatch/control.ts';
export { type SlotsView, slotsSchema } from './http/dispatch/slots.ts';
export {
  type DeliveryView,
  deliveryListQuerySchema,
  deliveryPageSchema,
  deliveryViewSchema,
  notificationTestResponseSchema,
  notificationTestSchema,
} from './http/events/deliveries.ts';
export {
  type LiveEvent,
  type LiveEventName,
  liveEventSchemas,
  streamHeadersSchema,
} from './http/events/live-events.ts';
export { type NotificationPayload, notificationPayloadSchema } from './http/events/notification.ts';
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
} from './http/fields.ts';
export {
  type TrainingStartBody,
  type TrainingStartResponse,
  trainingStartQuerySchema,
  trainingStartResponseSchema,
  trainingStartSchema,
} from './http/legacy/training-start.ts';
export {
  LEGACY_STATUS,
  legacyStatusSchema,
  type TrainingStatusResponse,
  trainingStatusRequestSchema,
  trainingStatusResponseSchema,
} from './http/legacy/training-status.ts';
export { type TunnelView, tunnelSchema } from './http/legacy/tunnel.ts';
export {
  type LegacyProblem,
  legacyProblemSchema,
  type Problem,
  type ProblemIssue,
  problemIssueSchema,
  problemSchema,
} from './http/problem.ts';
export {
  trainingEventSchema,
  trainingEventsQuerySchema,
  trainingEventsSchema,
  trainingListQuerySchema,
  trainingPageSchema,
} from './http/trainings/list.ts';
export {
  datasetReportSchema,
  estimateSchema,
  type PreviewView,
  previewSchema,
  resolutionSchema,
  warningSchema,
} from './http/trainings/preview.ts';
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
} from './http/trainings/request.ts';
export { coarseStatusSchema, failureSchema, trainingStatusSchema } from './http/trainings/status.ts';
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
} from './http/trainings/view.ts';
export { webhookBodySchema, webhookQuerySchema, webhookResponseSchema } from './http/webhook.ts';
