import type { Accounts, PaceSample } from '@trainyard/domain';

/** What may be spent, in USD; absent where nothing is limited. */
export interface BudgetLimits {
  readonly dayUsd?: number;
  readonly monthUsd?: number;
  /** One purse for all trainings of a batch, by the batch's id. */
  readonly batches: Readonly<Record<string, number>>;
}

/** Changes only what is named; null takes a limit away. */
export interface BudgetChange {
  readonly dayUsd?: number | null;
  readonly monthUsd?: number | null;
  readonly batches?: Readonly<Record<string, number | null>>;
}

/** What a batch may cost, and what its trainings have cost or set aside. USD. */
export interface BatchBudget {
  readonly batchId: string;
  readonly limitUsd: number;
  readonly usedUsd: number;
}

/**
 * The money beside the record: written by the record's own scripts, in the same step as the training, so that it can
 * neither run ahead of it nor fall behind. Every method throws StoreUnavailableError while the record is away.
 */
export interface Budgets {
  /** Where the clock hangs that parts the days and months. */
  readonly timeZone: string;
  getLimits(): Promise<BudgetLimits>;
  setLimits(change: BudgetChange): Promise<void>;
  /** What this day and month have paid. */
  getAccounts(nowMs: number): Promise<Accounts>;
  /** Every batch that has a budget. */
  listBatchBudgets(): Promise<readonly BatchBudget[]>;
  /** Lets purses and budgets of batches go. @returns how many of these batches had any */
  deleteBatchBudgets(batchIds: readonly string[]): Promise<number>;
  /** The newest finished runs of a pool. */
  listPaceSamples(pool: string): Promise<readonly PaceSample[]>;
}
