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
  findScheduleFaults,
  recordTicks,
  type Schedule,
  type ScheduledTick,
  type SchedulePlan,
  selectDueTicks,
  TICK_GRACE_MS,
} from './schedule.ts';
