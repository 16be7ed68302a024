import { setTimeout as wait } from 'node:timers/promises';
import { checkEpoch, type Deps, listActiveAlarms } from '@trainyard/application';
import type { RedisBackend } from '@trainyard/redis';
import { Gauge, Registry } from 'prom-client';

/** The sources of the system metrics. */
export interface SystemSources {
  readonly deps: Pick<Deps, 'store' | 'objects' | 'ids'>;
  readonly redis: Pick<RedisBackend, 'queueDepths'>;
}

/** After this time a source counts as unavailable. Real ms. */
const SOURCE_TIMEOUT_MS = 3_000;
const MAX_REASON_LENGTH = 200;

/**
 * Renders the metrics of the whole system from the state store. They are the same in every process, so only the API
 * serves them. The metrics of an unavailable source are left out.
 */
export async function renderSystemMetrics(sources: SystemSources): Promise<string> {
  const [snapshot, epoch] = await Promise.all([
    withTimeout(readStateStore(sources)),
    withTimeout(checkEpoch(sources.deps).then((state) => ({ state }))),
  ]);
  const registry = new Registry();
  const rows: readonly Row[] = [
    ['state_store_reachable', '1 when Redis answered within 3 s.', [[snapshot !== undefined]]],
    ...(snapshot ? listStateStoreRows(snapshot) : []),
    [
      'epoch_checked',
      '1 when the high-water marks of Redis and the object store could be compared.',
      [[epoch !== undefined]],
    ],
    ...(epoch ? [toRecoveryRow(epoch.state === 'recover_required')] : []),
  ];
  for (const row of rows) registerGauge(registry, row);
  return registry.metrics();
}

/** Returns undefined when the read fails or takes longer than 3 s. */
async function withTimeout<T>(read: Promise<T>): Promise<T | undefined> {
  const finished = new AbortController();
  const timeout = wait(SOURCE_TIMEOUT_MS, undefined, { signal: finished.signal }).catch(() => undefined);
  return Promise.race([read.catch(() => undefined), timeout]).finally(() => finished.abort());
}

async function readStateStore({ deps: { store }, redis }: SystemSources) {
  const [counts, control, readings, activeAlarms, queueDepths] = await Promise.all([
    store.getCounts(),
    store.getControl(),
    store.listAlarms(),
    listActiveAlarms({ store }),
    redis.queueDepths(),
  ]);
  return { counts, control, readings, activeAlarms, queueDepths };
}

type Snapshot = Awaited<ReturnType<typeof readStateStore>>;
type Samples = readonly (readonly [value: number | boolean, labels?: Readonly<Record<string, string>>])[];
type Row = readonly [name: string, help: string, samples: Samples];

function countUnknownRuns({ readings }: Snapshot): number {
  return Number(readings.find(({ code }) => code === 'endpoint_runs_unknown')?.detail['unknown'] ?? 0);
}

function listStateStoreRows(snapshot: Snapshot): readonly Row[] {
  const { counts, control, activeAlarms, queueDepths } = snapshot;
  const { gate } = control;
  const states = Object.entries(counts.byStatus);
  return [
    ['trainings', 'Trainings by status.', states.map(([state, count]) => [count, { state }])],
    ['slots_used', 'Slots that active attempts hold.', [[counts.slotsUsed]]],
    ['concurrency_limit', 'Highest number of active trainings.', [[control.maxConcurrency]]],
    ['paused', '1 when an operator paused dispatch.', [[control.paused]]],
    [
      'gate_closed',
      '1 when the gate is closed, with its reason.',
      gate ? [[true, { reason: gate.reason.slice(0, MAX_REASON_LENGTH) }]] : [[false, { reason: '' }]],
    ],
    ['trainings_needing_attention', 'Trainings that need an operator.', [[counts.needsAttention]]],
    ['backup_pending', 'Trainings whose current state is not in the backup.', [[counts.pendingBackups]]],
    [
      'queue_jobs',
      'Jobs in the queues, by queue and state.',
      queueDepths.map(({ queue, state, count }) => [count, { queue, state }]),
    ],
    [
      'endpoint_runs_unknown',
      'Runs on the endpoint that no training owns, by the last count.',
      [[countUnknownRuns(snapshot)]],
    ],
    ['alarm', '1 for each active alarm.', activeAlarms.map(({ code }) => [true, { code }])],
  ];
}

function toRecoveryRow(required: boolean): Row {
  return [
    'recover_required',
    '1 when Redis lost data or was restored from an old backup: run `trainyard recover`.',
    [[required]],
  ];
}

function registerGauge(registry: Registry, [name, help, samples]: Row): void {
  const labelNames = Object.keys(samples[0]?.[1] ?? {});
  const gauge = new Gauge({ name: `trainyard_${name}`, help, labelNames, registers: [registry] });
  for (const [value, labels = {}] of samples) gauge.set(labels, Number(value));
}
