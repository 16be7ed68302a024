import type {
  DefaultPolicies,
  EstimateBasis,
  HyperparameterSettings,
  ModelPrefix,
  PolicyName,
} from '@trainyard/domain';
import type { BatchStore, CronTimes } from './ports/batches.ts';
import type { Budgets } from './ports/budgets.ts';
import type { Clock, Ids, Log } from './ports/clock.ts';
import type { Deliveries } from './ports/notifications/deliveries.ts';
import type { Messenger } from './ports/notifications/index.ts';
import type { Provider } from './ports/provider.ts';
import type { Catalogue } from './ports/storage/catalogue.ts';
import type { DatasetReports } from './ports/storage/dataset-reports.ts';
import type { Manifests } from './ports/storage/manifests.ts';
import type { ObjectStore } from './ports/storage/object-store.ts';
import type { StoreHealth } from './ports/storage/store-health.ts';
import type { TrainingQueue, UniqueJobs } from './ports/training-queue.ts';
import type { TrainingStore } from './ports/training-store/index.ts';
import type { PublicUrlLease, TunnelRecords } from './ports/tunnel.ts';
import type { WorkflowBuilder } from './ports/workflows.ts';

/** The settings of the use cases (docs/settings.md). Durations are in ms. */
export interface ApplicationSettings {
  readonly endpointId: string;
  /** Whether only this system uses the endpoint, so that its counts are evidence (docs/concepts/unconfirmed-submissions.md). */
  readonly exclusiveEndpoint: boolean;
  /** The webhook URL of an attempt; undefined while no public URL is known. */
  readonly webhookUrl: (trainingId: string, attempt: number) => Promise<string | undefined>;
  /** The public URL of the API, for links in notifications, without a trailing slash; absent when none is set. */
  readonly baseUrl?: string;
  readonly containerDatasetDir: string;
  /** The template of the output folder of an attempt in the container. */
  readonly containerOutputDir: string;
  /** The locations of a model, searched in order: templates of keys, and `output_key` (docs/container.md). */
  readonly outputLookup: readonly string[];
  /** The template of output keys. */
  readonly modelKeyTemplate: string;
  /** The places of models besides output keys and lookup; absent for the bucket of the object store. */
  readonly modelPrefixes?: readonly ModelPrefix[];
  readonly template: string;
  readonly hyperparameters: HyperparameterSettings;
  readonly defaultPolicy: DefaultPolicies;
  /** Policy that a form for styles selects. */
  readonly styleFormPolicy: PolicyName;
  readonly priority: { readonly manual: number; readonly autoTrain: number };
  readonly maxAttempts: number;
  /** The number of paid runs that fail in a row and close the gate; 0: no number does. */
  readonly gateFailedRuns: number;
  /** The default limit of actors per auto-train batch; absent for no limit. */
  readonly autoTrainLimit?: number;
  /** The basis of estimates before the first finished run, and the price where it is known. */
  readonly estimate: EstimateBasis;
  /** The GPU of the endpoint, with or without a known price; its finished runs share one pace. */
  readonly gpuType?: string;
  /** The GPU of the price, and the date of the price list. */
  readonly price?: { readonly gpuType: string; readonly asOf: string };
  readonly executionTimeoutMs?: number;
  readonly queueBudgetMs?: number;
  readonly pollIntervalMs: number;
  /** The time after its end at which a training is pruned. */
  readonly retentionMs: number;
  /** The age up to which a stored dataset report counts. */
  readonly datasetReportMs: number;
  /** Whether the object store is a folder of this machine, which no worker at the provider can read. */
  readonly isLocalStore: boolean;
  /** Hosts of S3-compatible stores, whose path-style addresses are parsed. */
  readonly customS3Endpoints: readonly string[];
  readonly defaultLabels: { readonly userId: string; readonly tenantId: string };
}

/** All ports and settings. A use case declares its ports as `Pick<Deps, …>`. */
export interface Deps {
  readonly store: TrainingStore;
  readonly batches: BatchStore;
  readonly cron: CronTimes;
  readonly budgets: Budgets;
  readonly queue: TrainingQueue;
  readonly reconcileJobs: UniqueJobs;
  readonly deliveries: Deliveries;
  readonly messenger: Messenger;
  /** Jobs that create deliveries, and that send the deliveries of a channel. */
  readonly deliveryJobs: UniqueJobs;
  readonly provider: Provider;
  readonly objects: ObjectStore;
  readonly storeHealth: StoreHealth;
  readonly catalogue: Catalogue;
  readonly manifests: Manifests;
  readonly workflows: WorkflowBuilder;
  readonly datasetReports: DatasetReports;
  readonly publicUrlLease: PublicUrlLease;
  readonly tunnelRecords: TunnelRecords;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly settings: ApplicationSettings;
}
