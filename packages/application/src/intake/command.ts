import type { OnBudget, Subject, TrainingRequest } from '@trainyard/domain';
import type { IdempotencyClaim } from '../ports/training-store/index.ts';

/** A wish to train, as a route or a batch states it. What is absent is decided by rule (SPEC §3, §5.1). */
export interface TrainCommand {
  readonly subject: Subject;
  /** Any common way of addressing objects in S3; without them they come from the catalogue. */
  readonly images?: readonly string[];
  readonly selectionSetId?: number;
  readonly versionName?: string;
  readonly modelName?: string;
  readonly description?: string;
  readonly trigger?: string;
  readonly policy?: string;
  /** Values that win over the policy's; each is checked. */
  readonly hyperparameters?: Readonly<Record<string, unknown>>;
  readonly workflowOverrides?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** A whole graph of the caller's own (seed 001). */
  readonly workflow?: unknown;
  readonly samplePrompts?: readonly string[];
  readonly validation?: boolean;
  /** 1 … 2 097 151, lower is sooner. */
  readonly priority?: number;
  readonly userId?: string;
  readonly tenantId?: string;
  readonly requestId?: string;
  readonly notifyUrl?: string;
  readonly notifyPayload?: 'legacy';
  readonly batchId?: string;
  readonly retryOf?: string;
  /** What all attempts of this training together may cost. USD. */
  readonly budgetUsd?: number;
  /** The one purse of the whole batch; every training of a batch names the same. Needs `batchId`. USD. */
  readonly batchBudgetUsd?: number;
  /** What becomes of it where its own budget or its batch's has no room; `reject` without it. */
  readonly onBudget?: OnBudget;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly maxAttempts?: number;
  readonly source: TrainingRequest['source'];
  /** Accepts although the subject has a training under way. */
  readonly force?: boolean;
  readonly claim?: IdempotencyClaim;
}

/** The largest priority that BullMQ orders (SPEC §2); 0 would overtake everything and is refused. */
export const MAX_PRIORITY = 2_097_151;
