import type { Accounts, PaceSample } from '@trainyard/domain';

/** The budgets in USD; an absent budget is unlimited. */
export interface BudgetLimits {
  readonly dayUsd?: number;
  readonly monthUsd?: number;
  /** The budget of each batch, by batch id; its trainings share it. */
  readonly batches: Readonly<Record<string, number>>;
}

/** A change of budgets: absent fields stay as they are, null removes a limit. USD. */
export interface BudgetChange {
  readonly dayUsd?: number | null;
  readonly monthUsd?: number | null;
  readonly batches?: Readonly<Record<string, number | null>>;
}

/** The budget of a batch, and the sum of the costs and reservations of its trainings. USD. */
export interface BatchBudget {
  readonly batchId: string;
  readonly limitUsd: number;
  readonly usedUsd: number;
}

/**
 * Budgets and costs. Costs and reservations are booked by the same atomic write as the training (docs/concepts/budgets.md),
 * so that they never differ from it. Every method throws StoreUnavailableError.
 */
export interface Budgets {
  /** The IANA time zone of day and month budgets. */
  readonly timeZone: string;
  /** The configured budgets. */
  getLimits(): Promise<BudgetLimits>;
  /** Changes budgets, clears the recorded refusal of a start, and wakes the dispatchers. */
  setLimits(change: BudgetChange): Promise<void>;
  /** The costs of the day and month of `nowMs`, and the expected cost of live runs. */
  getAccounts(nowMs: number): Promise<Accounts>;
  /** All batches with a budget. */
  listBatchBudgets(): Promise<readonly BatchBudget[]>;
  /** Deletes budgets and bookings of batches. @returns the number of batches that had any */
  deleteBatchBudgets(batchIds: readonly string[]): Promise<number>;
  /** The pace of the newest 50 finished runs of a GPU pool. */
  listPaceSamples(pool: string): Promise<readonly PaceSample[]>;
}
