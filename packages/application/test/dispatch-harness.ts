import { createMemoryDatasetReports } from '../src/testing/memory/dataset-reports.ts';
import { acceptTraining, DEFAULT_ESTIMATE_BASIS, type Queued, type Training } from '@trainyard/domain';
import type { DispatchDeps } from '../src/dispatch/dispatch.ts';
import {
  createMemoryObjectStore,
  type EventRecord,
  type Gate,
  type SubmitResult,
  type VersionEntry,
} from '../src/index.ts';

const HASH = 'template-hash';
/** Real waits are shorter by this factor, so that backoffs take no time. */
const FACTOR = 100_000;

/** Creates a harness with a queued training `t1`, a dataset of an image, and a provider that accepts every run. */
export async function createDispatchHarness(): Promise<DispatchHarness> {
  const calls: string[] = [];
  const events: EventRecord[] = [];
  const versions: VersionEntry[] = [];
  const results: SubmitResult[] = [];
  const state: Mutable = { training: buildQueued(), nowMs: 1_000_000 };
  const objects = createMemoryObjectStore();
  const reports = new Map();
  await objects.put('images/a.png', new Uint8Array(4_000));
  await objects.put('data/epoch.json', '{"layout":4,"epoch":"e"}');
  const submit = async (): Promise<SubmitResult> => {
    calls.push('submit');
    return results.shift() ?? { kind: 'accepted', runId: 'run-1' };
  };
  const deps: DispatchDeps = {
    ...createQueues(calls),
    store: createStore(state, calls, events),
    budgets,
    manifests: createManifests(versions),
    objects,
    datasetReports: createMemoryDatasetReports(() => reports),
    workflows: { build: () => ({}), templateHash: () => HASH } as unknown as DispatchDeps['workflows'],
    clock: createClock(state),
    ids: createIds(),
    log: silentLog,
    settings,
    provider: { submit } as unknown as DispatchDeps['provider'],
  };
  return {
    deps,
    job: { trainingId: 't1', lockToken: 'lock' },
    calls,
    events,
    versions,
    training: () => state.training,
    changeTraining: (next) => {
      state.training = { ...state.training, ...next, rev: state.training.rev + 1 } as Training;
    },
    respondWith: (...next) => void results.push(...next),
    advanceMs: (ms) => {
      state.nowMs += ms;
    },
  };
}

function buildQueued(): Queued {
  return acceptTraining(
    't1',
    {
      subject: { kind: 'actor', id: '0001' },
      imageUris: ['s3://local/images/a.png'],
      trigger: 'token',
      samplePrompts: [],
      validation: false,
      hyperparameters: { max_train_steps: 1_000 } as Queued['request']['hyperparameters'],
      policy: 'flux-presets',
      template: { name: 'template', hash: HASH },
      userId: 'u',
      tenantId: 't',
      jobId: 'custom-actors_t1',
      maxAttempts: 2,
      source: 'person',
    },
    { at: 0, priority: 10 },
  );
}

/** The dispatch of a training with in-memory ports. A test replaces a port to inject a failure. */
export interface DispatchHarness {
  readonly deps: DispatchDeps;
  readonly job: { readonly trainingId: string; readonly lockToken: string };
  /** The calls with an effect on queue, state store, gate and provider, in order. */
  readonly calls: string[];
  readonly events: EventRecord[];
  readonly versions: VersionEntry[];
  training(): Training;
  /** Changes the training as a different process would: with a new revision. */
  changeTraining(next: Partial<Training>): void;
  /** Queues results of later submissions. */
  respondWith(...results: SubmitResult[]): void;
  /** Advances the clock, monotonic time included. */
  advanceMs(ms: number): void;
}

interface Mutable {
  training: Training;
  gate?: Gate | null;
  nowMs: number;
}

function createStore(state: Mutable, calls: string[], events: EventRecord[]): DispatchDeps['store'] {
  const write = (next: Training, type: EventRecord['type'], at: number) => {
    const from = state.training.status;
    state.training = next;
    events.push({ seq: next.rev, at, type, from, to: next.status, cause: 'test', detail: {} });
    calls.push(type);
  };
  const store: Partial<DispatchDeps['store']> = {
    load: async () => state.training,
    loadAll: async () => [],
    findRunOwner: async () => undefined,
    restoreRuns: async () => undefined,
    save: async (next, { type, at }, before) => {
      if (before.rev !== state.training.rev) return 'stale';
      write(next, type, at);
      return 'saved';
    },
    start: async (next, { type, at }, { before }) => {
      const getNonce = (training: Training) => ('attempt' in training ? training.attempt?.nonce : undefined);
      if (getNonce(state.training) !== undefined && getNonce(state.training) === getNonce(next))
        return 'started';
      if (before.rev !== state.training.rev) return 'stale';
      write(next, type, at);
      return 'started';
    },
    listEvents: async (_id, afterSeq = 0) => events.filter(({ seq }) => seq > afterSeq),
    getControl: async () => ({
      maxConcurrency: 2,
      paused: false,
      epoch: 'e',
      ...(state.gate && { gate: state.gate }),
    }),
    setControl: async ({ gate, probeRun }) => {
      if (gate !== undefined) state.gate = gate;
      if (state.gate && probeRun) {
        const { probeRun: _, ...closed } = state.gate;
        state.gate =
          'since' in probeRun ? { ...closed, probeRun } : { ...closed, probeFailedAt: probeRun.failedAt };
      }
      calls.push('gate');
      return { maxConcurrency: 2, paused: false };
    },
  };
  return store as DispatchDeps['store'];
}

function createManifests(versions: VersionEntry[]): DispatchDeps['manifests'] {
  const put = (version: Parameters<DispatchDeps['manifests']['openVersion']>[1]): VersionEntry => {
    const known = versions.findIndex(({ training_id }) => training_id === version.training_id);
    const entry = { id: 'v', good: false, ...versions[known], ...version, name: 'V1' };
    versions.splice(Math.max(0, known), known < 0 ? 0 : 1, entry);
    return entry;
  };
  const manifests: Partial<DispatchDeps['manifests']> = {
    listVersions: async () => versions,
    openVersion: async (_subject, version) => put(version),
    finalizeVersion: async (_subject, version) => put(version),
  };
  return manifests as DispatchDeps['manifests'];
}

function createQueues(calls: string[]): Pick<DispatchDeps, 'queue' | 'reconcileJobs' | 'deliveryJobs'> {
  const queue: Partial<DispatchDeps['queue']> = {
    enqueue: async () => undefined,
    requeue: async (_id, { lockToken }) => void calls.push(`requeued ${lockToken}`),
    finish: async (_id, lockToken, { status }) => void calls.push(`finished ${lockToken} ${status}`),
  };
  return {
    queue: queue as DispatchDeps['queue'],
    reconcileJobs: { schedule: async () => undefined, runNow: async () => undefined },
    deliveryJobs: { schedule: async () => undefined, runNow: async () => undefined },
  };
}

const settings = {
  endpointId: 'ep',
  estimate: DEFAULT_ESTIMATE_BASIS,
  webhookUrl: () => undefined,
  containerOutputDir: '/out/{training_id}/attempt-{attempt}',
  containerDatasetDir: '/in',
  pollIntervalMs: 30_000,
} as unknown as DispatchDeps['settings'];

const budgets: DispatchDeps['budgets'] = {
  timeZone: 'UTC',
  getLimits: async () => ({ batches: {} }),
  setLimits: async () => undefined,
  getAccounts: () => Promise.reject(new Error('a dispatch reads no accounts')),
  listBatchBudgets: async () => [],
  deleteBatchBudgets: async () => 0,
  listPaceSamples: async () => [],
};

function createClock(state: Mutable): DispatchDeps['clock'] {
  return {
    now: () => state.nowMs,
    monotonic: () => state.nowMs,
    realMs: (ms) => ms / FACTOR,
    fromReal: (ms) => ms,
  };
}

function createIds(): DispatchDeps['ids'] {
  let nonces = 0;
  return { training: () => 't', batch: () => 'b', nonce: () => `nonce-${nonces++}` };
}

const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
