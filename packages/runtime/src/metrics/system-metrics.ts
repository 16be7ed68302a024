import { setTimeout as wait } from 'node:timers/promises';
import { checkEpoch, type Deps, listActiveAlarms } from '@trainyard/application';
import type { RedisBackend } from '@trainyard/redis';
import { Gauge, Registry } from 'prom-client';

/** What the system's own numbers are read from. */
export interface SystemSources {
  readonly deps: Pick<Deps, 'store' | 'objects' | 'ids'>;
  readonly redis: Pick<RedisBackend, 'queueDepths'>;
}

/** How long one source may take, in real ms; then it counts as away. */
const SOURCE_TIMEOUT_MS = 3_000;
const MAX_REASON_LENGTH = 200;

/**
 * What the record knows of the whole system, read just now. The same whichever process tells it, so one alone does.
 * What is away leaves its numbers out rather than telling old ones.
 */
export async function renderSystemMetrics(sources: SystemSources): Promise<string> {
  const [snapshot, epoch] = await Promise.all([
    withTimeout(readStateStore(sources)),
    withTimeout(checkEpoch(sources.deps).then((state) => ({ state }))),
  ]);
  const registry = new Registry();
  const rows: readonly Row[] = [
    ['state_store_reachable', 'Whether Redis answered.', [[snapshot !== undefined]]],
    ...(snapshot ? listStateStoreRows(snapshot) : []),
    ['epoch_checked', 'Whether record and object store could be compared.', [[epoch !== undefined]]],
    ...(epoch ? [toRecoveryRow(epoch.state === 'recover_required')] : []),
  ];
  for (const row of rows) registerGauge(registry, row);
  return registry.metrics();
}

/** Undefined when it fails or takes too long. */
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
    ['trainings', 'Trainings on record, by state.', states.map(([state, count]) => [count, { state }])],
    ['slots_used', 'Slots that live attempts hold.', [[counts.slotsUsed]]],
    ['concurrency_limit', 'How many trainings may live at once.', [[control.maxConcurrency]]],
    ['paused', 'Whether a person paused.', [[control.paused]]],
    [
      'gate_closed',
      'Whether the gate is closed, and why.',
      gate ? [[true, { reason: gate.reason.slice(0, MAX_REASON_LENGTH) }]] : [[false, { reason: '' }]],
    ],
    ['trainings_needing_attention', 'Trainings that wait for a person.', [[counts.needsAttention]]],
    ['backup_pending', 'Trainings that the journal does not hold yet.', [[counts.pendingBackups]]],
    [
      'queue_jobs',
      'Jobs in the queues, by their state.',
      queueDepths.map(({ queue, state, count }) => [count, { queue, state }]),
    ],
    ['endpoint_runs_unknown', 'Live runs beyond ours, as counted last.', [[countUnknownRuns(snapshot)]]],
    ['alarm', 'Alarms that are raised.', activeAlarms.map(({ code }) => [true, { code }])],
  ];
}

function toRecoveryRow(required: boolean): Row {
  return [
    'recover_required',
    'Whether Redis was lost or put back from an old copy, and `trainyard recover` is due.',
    [[required]],
  ];
}

function registerGauge(registry: Registry, [name, help, samples]: Row): void {
  const labelNames = Object.keys(samples[0]?.[1] ?? {});
  const gauge = new Gauge({ name: `trainyard_${name}`, help, labelNames, registers: [registry] });
  for (const [value, labels = {}] of samples) gauge.set(labels, Number(value));
}
