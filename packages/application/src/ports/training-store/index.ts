import type { BackupStore } from './backup.ts';
import type { ControlStore } from './control.ts';
import type { ProgressStore } from './progress.ts';
import type { TrainingReads } from './reads.ts';
import type { WebhookStore } from './webhooks.ts';
import type { TrainingWrites } from './writes.ts';

/**
 * The state store of trainings: the six ports that its adapter implements together, because they share a set of
 * atomic scripts. A use case names the methods that it needs.
 */
export interface TrainingStore
  extends TrainingReads,
    TrainingWrites,
    ControlStore,
    BackupStore,
    WebhookStore,
    ProgressStore {}

export type * from './backup.ts';
export type * from './control.ts';
export type * from './idempotency-claims.ts';
export type * from './progress.ts';
export type * from './reads.ts';
export type * from './streaks.ts';
export type * from './webhooks.ts';
export type * from './writes.ts';
