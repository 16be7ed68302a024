/** A received webhook: a hint for the reconciler, never a proof (docs/concepts/unconfirmed-submissions.md). */
export interface ReceivedWebhook {
  /** Epoch ms. */
  readonly at: number;
  readonly attempt: number;
  readonly runId?: string;
  readonly status?: string;
  readonly delayMs?: number;
  readonly executionMs?: number;
  readonly output?: unknown;
  readonly error?: unknown;
}

/** The webhooks of each attempt, kept for 8 days. Every method throws StoreUnavailableError. */
export interface WebhookStore {
  /** Adds a webhook; each attempt keeps its newest five. */
  recordWebhook(trainingId: string, webhook: ReceivedWebhook): Promise<void>;
  /** Newest first. */
  listWebhooks(trainingId: string, attempt: number): Promise<readonly ReceivedWebhook[]>;
  /** The time of the newest webhook of any training, epoch ms; undefined before the first. */
  findLastWebhookTime(): Promise<number | undefined>;
}
