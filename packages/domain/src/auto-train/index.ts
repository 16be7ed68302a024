export {
  type Batch,
  type BatchActor,
  type BatchOrder,
  type BatchPlan,
  type BatchSkip,
  type BatchStatus,
  type BatchSummary,
  hasEnded,
  summarise,
} from './batch.ts';
export {
  dueTicks,
  type Schedule,
  type ScheduledTick,
  type SchedulePlan,
  scheduleFaults,
  TICK_GRACE_MS,
  withTicks,
} from './schedule.ts';
