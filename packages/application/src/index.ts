export {
  advanceBatches,
  type BatchProgress,
  cancelBatch,
  getBatchProgress,
  reprioritizeBatch,
} from './auto-train/advance-batches.ts';
export { type Candidate, listCandidates } from './auto-train/candidates.ts';
export { estimateRun, type RunEstimate, type RunStart, readRunStart } from './auto-train/estimate-run.ts';
export { listStatusChanges, type StatusChange } from './auto-train/list-status-changes.ts';
export { autoTrain, type DryRun, dryRun } from './auto-train/run.ts';
export { listRunChecks } from './auto-train/run-checks.ts';
export { clearSchedule, handleTicks, listNextTicks, setSchedule } from './auto-train/schedule.ts';
export { type BudgetStatus, changeBudgets, getBudgetStatus, getBudgetStop } from './budgets/budgets.ts';
export {
  BudgetExceededError,
  PriceUnknownError,
  type Shortage,
} from './budgets/errors.ts';
export { estimateTraining, getPool, type TrainingEstimate } from './budgets/estimate.ts';
export { changeBatchBudget, changeTrainingBudget, releaseHold } from './budgets/release.ts';
export { type ActorImage, findActorImage, listActorImages } from './catalogue/images/actor-images.ts';
export { type Caption, readCaption, saveCaption } from './catalogue/images/captions.ts';
export type { FoundImage } from './catalogue/images/own-objects.ts';
export { findPoster } from './catalogue/images/posters.ts';
export { countDataErrors } from './catalogue/data-errors.ts';
export { type ExportedFile, exportCatalogue } from './catalogue/export.ts';
export type { OtherBucket } from './catalogue/import/files/addresses.ts';
export {
  type ImportDeps,
  type ImportOptions,
  type ImportReport,
  importFolder,
} from './catalogue/import/import.ts';
export type { ImportProgress, ImportStep } from './catalogue/import/progress.ts';
export { type RefreshedActor, refreshTrainingData } from './catalogue/import/refresh.ts';
export { findStyleByFolder } from './catalogue/import/style-folders.ts';
export {
  type ActorModels,
  findLiveTrainings,
  MODEL_STATES,
  type ModelState,
  readActorModels,
  summarizeModels,
} from './catalogue/actor-models.ts';
export { ACTOR_SORTS, type ActorPage, type ActorQuery, listActors } from './catalogue/list-actors.ts';
export { listStyles, STYLE_SORTS, type StyleQuery } from './catalogue/list-styles.ts';
export { DATA_STATES, type DataState, getDataState } from './catalogue/search.ts';
export {
  checkSetImages,
  findStyleImage,
  IMAGE_MAX_BYTES,
  listStyleImages,
  paginateImages,
  planUpload,
  type StyleImage,
  type UploadPlan,
} from './catalogue/images/style-images.ts';
export { ELIGIBILITY_RULES } from './auto-train/skip.ts';
export { refreshDatasetReports } from './auto-train/refresh-reports.ts';
export { checkDataset, invalidateReport } from './dataset/check-dataset.ts';
export { HEADER_BYTES as IMAGE_HEADER_BYTES, readDimensions } from './dataset/image-header.ts';
export { listForeignBuckets } from './dataset/foreign-buckets.ts';
export { type DatasetReportRequest, type ReportedDataset, reportDataset } from './dataset/report.ts';
export type { ApplicationSettings, Deps } from './deps.ts';
export { type DispatchDeps, dispatch } from './dispatch/dispatch.ts';
export type { DispatchOutcome } from './dispatch/outcome.ts';
export { type RescueOrphanedJobsDeps, rescueOrphanedJobs } from './dispatch/rescue-orphans.ts';
export { backUpBatches, backUpSettings, backUpTrainings, runBackupCycle } from './durability/backup.ts';
export type { UnreadableDocument } from './durability/documents.ts';
export { checkEpoch, checkReadiness, type EpochState, findRedisFault } from './durability/epoch.ts';
export { isBehind } from './durability/high-water-mark.ts';
export { type RecoveryReport, recover } from './durability/recover.ts';
export type { RecoveredTraining } from './durability/restore-training.ts';
export * from './errors.ts';
export { cleanExternalText, createRedaction, type Redact, removeEscapeSequences } from './external-text.ts';
export { recheckGate } from './gate/gate.ts';
export { type AcceptedTraining, accept } from './intake/accept.ts';
export { MAX_PRIORITY, type TrainCommand } from './intake/command.ts';
export type { FrozenRequest } from './intake/freeze.ts';
export { type Preview, preview } from './intake/preview.ts';
export { advance, toJobResult } from './lifecycle/advance.ts';
export * from './lifecycle/revision.ts';
export {
  MAX_WAIT_MS,
  POST_TIMEOUT_MS,
  SUBMISSION_UNCONFIRMED_AFTER_MS,
  SUBMIT_WINDOW_MS,
} from './lifecycle/timeouts.ts';
export { createBatchBudgetPruner, pruneTrainings } from './maintenance/prune.ts';
export { sweep } from './maintenance/sweep.ts';
export { listActiveAlarms, recordReading, watchDataLoss, watchEndpoint } from './maintenance/watch.ts';
export { createCatalogueWatch } from './maintenance/watch-catalogue.ts';
export { runDeliveryJob, sweepNotifications } from './notifications/create-deliveries.ts';
export { toDeliveryIdPrefix } from './notifications/deliver.ts';
export { getFailureMessage, getModelName, toLegacySuccess } from './notifications/payload.ts';
export { notifyBudgetExhausted, publishNotification } from './notifications/publish.ts';
export { redeliver, sendTestNotifications } from './notifications/redeliver.ts';
export { createDryRunStore } from './object-store/dry-run-store.ts';
export {
  type ExamineStoreOptions,
  examineObjectStore,
  type StoreExamination,
} from './object-store/examine.ts';
export type { StoreFinding } from './object-store/findings.ts';
export { createStoreCheck, type StoreCheck, type StoreCheckOptions } from './object-store/store-check.ts';
export * from './ports/batches.ts';
export * from './ports/budgets.ts';
export * from './ports/change-feed.ts';
export * from './ports/clock.ts';
export * from './ports/notifications/index.ts';
export * from './ports/provider.ts';
export * from './ports/sessions.ts';
export * from './ports/storage/catalogue.ts';
export * from './ports/storage/dataset-reports.ts';
export * from './ports/storage/entry-fault.ts';
export * from './ports/storage/export.ts';
export * from './ports/storage/import.ts';
export * from './ports/storage/legacy-documents.ts';
export * from './ports/storage/manifests.ts';
export * from './ports/storage/object-store.ts';
export * from './ports/storage/store-health.ts';
export * from './ports/training-queue.ts';
export * from './ports/training-store/index.ts';
export * from './ports/tunnel.ts';
export * from './ports/workflows.ts';
export { reconcile } from './reconcile/reconcile.ts';
export { createMemoryObjectStore, type MemoryObjectStoreOptions } from './testing/memory/object-store.ts';
export { type Check, listChecks } from './trainings/checks.ts';
export { type PreviewStart, readPreviewStart } from './trainings/preview-start.ts';
export { cancelTraining, reprioritizeTraining } from './trainings/cancel.ts';
export { listReadableTrainings, loadReadableTrainings } from './lifecycle/read-trainings.ts';
export { findTraining } from './trainings/find.ts';
export { getTrainingProgress, requestPoll, type TrainingProgress } from './trainings/progress.ts';
export { type ResolveRequest as OperatorResolution, resolveTraining } from './trainings/resolve.ts';
export { retryTraining } from './trainings/retry.ts';
export { getSlots, type SlotInUse, type Slots } from './trainings/slots.ts';
export { type DispatchStop, getDispatchStop, getWaiting, type Waiting } from './trainings/waiting.ts';
export * from './versions/errors.ts';
export { markGood, markTrainingDataGood, recordVerdicts } from './versions/mark-good.ts';
export { toModelFileName } from './versions/model-keys.ts';
export { getServableModelUri, getServablePictureUri } from './versions/model-object.ts';
export { parsePictureName } from './versions/pictures.ts';
export { type Repair, repair } from './versions/repair.ts';
export { upsertVersion } from './versions/upsert-version.ts';
export { findTrainingVersion } from './versions/version-entry.ts';
export { recordWebhook } from './webhooks/record-webhook.ts';
export { createWebhookToken, verifyWebhookToken, type WebhookSecrets } from './webhooks/token.ts';
export { type CallbackStatus, getCallbackStatus } from './webhooks/callback.ts';
export { createTunnel, type Tunnel, type TunnelStatus } from './webhooks/tunnel.ts';
