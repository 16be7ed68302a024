import type { DefaultPolicies, EstimateBasis, HyperparameterSettings } from '@trainyard/domain';
import type { BatchStore, CronTimes } from './ports/batches.ts';
import type { Budgets } from './ports/budgets.ts';
import type { Catalogue } from './ports/storage/catalogue.ts';
import type { Clock, Ids, Log } from './ports/clock.ts';
import type { Deliveries } from './ports/notifications/deliveries.ts';
import type { Manifests } from './ports/storage/manifests.ts';
import type { Messenger } from './ports/notifications/index.ts';
import type { ObjectStore } from './ports/storage/object-store.ts';
import type { Provider } from './ports/provider.ts';
import type { TrainingQueue, UniqueJobs } from './ports/training-queue.ts';
import type { TrainingStore } from './ports/training-store/index.ts';
import type { PublicUrlLease } from './ports/tunnel.ts';
import type { WorkflowBuilder } from './ports/workflows.ts';

/** What the rules are set to; each value has a setting (SPEC §14). Durations in ms. */
export interface ApplicationSettings {
  readonly endpointId: string;
  /** Whether the endpoint is used by us alone, so that its counts are evidence (SPEC §2). */
  readonly exclusiveEndpoint: boolean;
  /** The address that RunPod calls for this attempt; undefined where no public URL is known just now. */
  readonly webhookUrl: (trainingId: string, attempt: number) => Promise<string | undefined>;
  readonly containerDatasetDir: string;
  readonly containerOutputDir: string;
  /** Where a model may lie, tried in order (SPEC §4); `output_key` and `{model_name}` are known words. */
  readonly outputLookup: readonly string[];
  readonly template: string;
  readonly hyperparameters: HyperparameterSettings;
  readonly defaultPolicy: DefaultPolicies;
  readonly priority: { readonly manual: number; readonly autoTrain: number };
  readonly maxAttempts: number;
  /** How many actors one run of auto-train takes unless told; all without it. */
  readonly autoTrainLimit?: number;
  /** The seed of what is learned, and the price where it is known. */
  readonly estimate: EstimateBasis;
  /** What the price is of, and the day of the list that it stands in. */
  readonly price?: { readonly gpuType: string; readonly asOf: string };
  readonly executionTimeoutMs?: number;
  readonly queueBudgetMs?: number;
  readonly pollIntervalMs: number;
  /** How long a training that has ended is kept whole. */
  readonly retentionMs: number;
  /** Hosts of S3-compatible stores whose path-style addresses are understood. */
  readonly customS3Endpoints: readonly string[];
  readonly defaultLabels: { readonly userId: string; readonly tenantId: string };
}

/** Everything the use cases stand on. Each takes only what it needs. */
export interface Deps {
  readonly store: TrainingStore;
  readonly batches: BatchStore;
  readonly cron: CronTimes;
  readonly budgets: Budgets;
  readonly queue: TrainingQueue;
  readonly reconcileJobs: UniqueJobs;
  readonly deliveries: Deliveries;
  readonly messenger: Messenger;
  /** Someone tells the news, or sends what a lane holds. */
  readonly deliveryJobs: UniqueJobs;
  readonly provider: Provider;
  readonly objects: ObjectStore;
  readonly catalogue: Catalogue;
  readonly manifests: Manifests;
  readonly workflows: WorkflowBuilder;
  readonly publicUrlLease: PublicUrlLease;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly settings: ApplicationSettings;
}
