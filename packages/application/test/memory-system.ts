import {
  DEFAULT_ESTIMATE_BASIS,
  DEFAULT_HYPERPARAMETER_SETTINGS,
  DEFAULT_MODEL_KEY_TEMPLATE,
  type Training,
  type TrainingStatus,
} from '@trainyard/domain';
import { dispatch } from '../src/dispatch/dispatch.ts';
import { rescueOrphanedJobs } from '../src/dispatch/rescue-orphans.ts';
import { checkEpoch } from '../src/durability/epoch.ts';
import {
  type ApplicationSettings,
  accept,
  type ClaimedJob,
  type Deps,
  getBudgetStop,
  recheckGate,
  runBackupCycle,
  sweep,
  type TrainCommand,
} from '../src/index.ts';
import { reconcile } from '../src/reconcile/reconcile.ts';
import { createMemoryBackend, type MemoryBackend } from '../src/testing/memory/backend.ts';
import { createMemoryManifests } from '../src/testing/memory/manifests.ts';
import { createMemoryObjectStore } from '../src/testing/memory/object-store.ts';
import { createMemoryProvider, type MemoryProvider } from './memory-provider.ts';

const MINUTE_MS = 60_000;
/** The clock moves to the next due job, by at least this step and at most to the next maintenance. */
const MIN_STEP_MS = 1_000;
const MAINTENANCE_EVERY_MS = 30_000;
/** The time after which {@link MemorySystem.waitFor} gives up: four days. */
const TIMEOUT_MS = 4 * 24 * 60 * MINUTE_MS;

/** Dispatcher and reconciler over in-memory ports, on a clock that only the test moves. */
export interface MemorySystem {
  readonly deps: Deps;
  readonly backend: MemoryBackend;
  readonly provider: MemoryProvider;
  /** The log events at `error`. */
  readonly errors: readonly string[];
  /** Accepts a training of its own actor. */
  accept(command?: Partial<TrainCommand>): Promise<Training>;
  load(training: Pick<Training, 'id'>): Promise<Training>;
  /** Runs until the training has this status. Throws after four days of simulated time. */
  waitForStatus(training: Pick<Training, 'id'>, status: TrainingStatus): Promise<Training>;
  /** Runs until the condition holds. @returns its value */
  waitFor<T>(condition: () => Promise<T | undefined | false>): Promise<T>;
  /** Runs for this simulated time. */
  run(durationMs: number): Promise<void>;
}

/** Creates a system whose runs take `durationMs` (10 min by default). `settings` replace the defaults. */
export async function createMemorySystem(
  options: { readonly durationMs?: number; readonly settings?: Partial<ApplicationSettings> } = {},
): Promise<MemorySystem> {
  let nowMs = Date.UTC(2026, 0, 1);
  const now = () => nowMs;
  const backend = createMemoryBackend({ now });
  const objects = createMemoryObjectStore({ nowMs: now });
  for (const name of ['a', 'b']) await objects.put(`images/${name}.png`, new Uint8Array(4_000));
  const { endpointId } = { ...SETTINGS, ...options.settings };
  const durationMs = options.durationMs ?? 10 * MINUTE_MS;
  const provider = createMemoryProvider({ now, objects, durationMs, endpointId });
  const errors: string[] = [];
  const deps = createDeps({ backend, objects, provider, now, errors, settings: options.settings ?? {} });
  await checkEpoch(deps);
  const { step, nextDueAt } = await createStep(deps, backend);
  const advanceClock = async (): Promise<void> => {
    nowMs = Math.max(nowMs + MIN_STEP_MS, await nextDueAt());
  };
  const load = async ({ id }: Pick<Training, 'id'>): Promise<Training> => {
    const training = await deps.store.load(id);
    if (!training) throw new Error(`training ${id} is not stored`);
    return training;
  };
  const waitFor: MemorySystem['waitFor'] = async (condition) => {
    for (const end = nowMs + TIMEOUT_MS; nowMs < end; await advanceClock()) {
      await step();
      const value = await condition();
      if (value !== undefined && value !== false) return value;
    }
    throw new Error('the condition did not hold within four days');
  };
  return {
    deps,
    backend,
    provider,
    errors,
    accept: createAccept(deps),
    load,
    waitFor,
    waitForStatus: (training, status) =>
      waitFor(async () => {
        const current = await load(training);
        return current.status === status && current;
      }),
    run: async (durationMs) => {
      for (const end = nowMs + durationMs; nowMs < end; await advanceClock()) await step();
    },
  };
}

let actors = 0;

function createAccept(deps: Deps): MemorySystem['accept'] {
  return async (command = {}) => {
    actors += 1;
    const { training } = await accept(deps, {
      subject: { kind: 'actor', id: `a${actors}` },
      images: [deps.objects.toUri('images/a.png')],
      source: 'person',
      ...command,
    });
    return training;
  };
}

/** A step of every process: dispatch and reconcile jobs, and every 30 s the rescue of orphaned jobs and maintenance. */
async function createStep(deps: Deps, backend: MemoryBackend) {
  const consumer = await backend.openConsumer(() => undefined);
  let maintainedAt = deps.clock.now();
  const canDispatch = async (): Promise<boolean> => {
    const { paused, gate, epoch } = await deps.store.getControl();
    const gateAllows = !gate || (gate.probeRun !== undefined && gate.probeRun.trainingId === undefined);
    return epoch !== undefined && !paused && gateAllows && (await getBudgetStop(deps)) === undefined;
  };
  const claim = async () => ((await canDispatch()) ? consumer.claim() : undefined);
  const adopted: ClaimedJob[] = [];
  const maintain = async (): Promise<void> => {
    maintainedAt = deps.clock.now();
    const adopt = (job: ClaimedJob) => void adopted.push(job);
    await rescueOrphanedJobs({ ...deps, consumer, adopt }, await canDispatch());
    await sweep(deps);
    await runBackupCycle(deps);
    await recheckGate(deps);
  };
  return {
    step: async (): Promise<void> => {
      for (const job of adopted.splice(0)) await dispatch(deps, job);
      for (let job = await claim(); job; job = await claim()) await dispatch(deps, job);
      await backend.reconcileJobs.runDue((id) => reconcile(deps, id));
      if (deps.clock.now() - maintainedAt >= MAINTENANCE_EVERY_MS) await maintain();
    },
    nextDueAt: async (): Promise<number> => {
      const delayedMs = (await consumer.nextDueMs()) ?? Number.POSITIVE_INFINITY;
      const reconcileAt = backend.reconcileJobs.nextDueAt() ?? Number.POSITIVE_INFINITY;
      return Math.min(maintainedAt + MAINTENANCE_EVERY_MS, reconcileAt, deps.clock.now() + delayedMs);
    },
  };
}

interface Parts extends Pick<Deps, 'objects' | 'provider'> {
  readonly backend: MemoryBackend;
  readonly now: () => number;
  readonly errors: string[];
  readonly settings: Partial<ApplicationSettings>;
}

function createDeps({ backend, objects, provider, now, errors, settings }: Parts): Deps {
  let ids = 0;
  const nextId = (prefix: string): string => {
    ids += 1;
    return `${prefix}${String(ids).padStart(8, '0')}`;
  };
  const deps: Partial<Deps> = {
    ...backend,
    objects,
    storeHealth: { hasPassed: () => true, ownFault: () => undefined, readFault: async () => undefined },
    provider,
    manifests: createMemoryManifests() as Deps['manifests'],
    catalogue: {
      findActor: async (id: string) => ({ id, name: id }),
      findStyle: async () => undefined,
    } as never,
    workflows: {
      build: () => ({}),
      pickNodeClasses: () => ({}),
      templateHash: () => 'template-hash',
    } as never,
    messenger: { destinations: [], findRefusalReason: () => undefined } as never,
    clock: { now, monotonic: now, realMs: (ms) => ms, fromReal: (ms) => ms },
    ids: { training: () => nextId('t'), batch: () => nextId('b'), nonce: () => nextId('nonce-') },
    log: { info: () => undefined, warn: () => undefined, error: (event) => void errors.push(event) },
    settings: { ...SETTINGS, ...settings },
  };
  return deps as Deps;
}

const SETTINGS: ApplicationSettings = {
  endpointId: 'ep',
  exclusiveEndpoint: true,
  webhookUrl: async () => undefined,
  containerDatasetDir: '/in',
  containerOutputDir: '/out/{training_id}/attempt-{attempt}',
  outputLookup: ['output_key', 'models/{model_name}.safetensors'],
  modelKeyTemplate: DEFAULT_MODEL_KEY_TEMPLATE,
  template: 'lora_training_workflow_headless',
  hyperparameters: DEFAULT_HYPERPARAMETER_SETTINGS,
  defaultPolicy: { actor: 'flux-presets', style: 'flux-presets' },
  styleFormPolicy: 'style-guide',
  isLocalStore: false,
  priority: { manual: 10, autoTrain: 100 },
  maxAttempts: 2,
  gateFailedRuns: 5,
  estimate: DEFAULT_ESTIMATE_BASIS,
  queueBudgetMs: 60 * MINUTE_MS,
  pollIntervalMs: 30_000,
  retentionMs: 90 * 24 * 60 * MINUTE_MS,
  datasetReportMs: 600_000,
  customS3Endpoints: [],
  defaultLabels: { userId: 'user', tenantId: 'tenant' },
};
