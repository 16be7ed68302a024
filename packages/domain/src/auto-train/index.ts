export {
  type Batch,
  type BatchActor,
  type BatchOrder,
  type BatchPlan,
  type BatchSkip,
  type BatchStatus,
  type BatchSummary,
  hasEnded,
  summarizeBatch,
} from './batch.ts';
export {
  selectDueTicks,
  type Schedule,
  type ScheduledTick,
  type SchedulePlan,
  findScheduleFaults,
  TICK_GRACE_MS,
  recordTicks,
} from './schedule.ts';
