import type { Deps, VersionEntry } from '@trainyard/application';
import { isTerminal, type Training, toDefaultOutputKey } from '@trainyard/domain';
import type { ChaosCluster } from '../cluster/cluster.ts';
import { NO_FAULTS } from '../cluster/fault-settings.ts';
import type { EventLog } from '../evidence/event-log.ts';
import type { Evidence, FinalState } from '../evidence/evidence.ts';
import { resolveStuckTrainings } from './operator.ts';

const POLL_INTERVAL_MS = 24_000;
/** Every run without a training has been abandoned after this time. Scaled ms. */
const SETTLE_TIMEOUT_MS = 150 * 60_000;
/** Additional time for locks, sweeps and process starts, which are not scaled. Real ms. */
const SETTLE_EXTRA_REAL_MS = 180_000;

/** Waits until no effect, slot or job is pending. Returns false after the timeout. */
export async function waitUntilSettled(cluster: ChaosCluster, eventLog: EventLog): Promise<boolean> {
  const until = Date.now() + cluster.deps.clock.realMs(SETTLE_TIMEOUT_MS) + SETTLE_EXTRA_REAL_MS;
  while (Date.now() < until) {
    if (await isSettled(cluster, eventLog).catch(() => false)) return true;
    await resolveStuckTrainings(cluster, eventLog).catch(() => undefined);
    await cluster.wait(POLL_INTERVAL_MS);
  }
  return false;
}

/**
 * Undoes all faults in the same processes, so that a process in a wrong state cannot hide behind a successor. Pending
 * faults of the simulator end by themselves.
 */
export async function recoverCluster({ stateStore, processes }: ChaosCluster): Promise<void> {
  if (stateStore.kind === 'sentinel') await stateStore.group.restore();
  else {
    stateStore.redis.thaw();
    await stateStore.redis.start();
  }
  for (const supervised of processes) {
    supervised.applyFaultSettings(NO_FAULTS);
    supervised.thaw();
    supervised.restart();
  }
}

/** Includes trainings whose response was lost. */
async function isSettled(
  { deps, eventTail, countUnfinishedJobs }: ChaosCluster,
  eventLog: EventLog,
): Promise<boolean> {
  for (const trainingId of new Set(
    [...eventLog.accepted, ...eventTail.events].map((each) => each.trainingId),
  )) {
    const training = await deps.store.load(trainingId);
    if (training && !(isTerminal(training) && training.recorded)) return false;
  }
  const jobs = Object.values(await countUnfinishedJobs());
  return (await deps.store.listActiveAttempts()).length === 0 && jobs.every((count) => count === 0);
}

/** Collects the evidence after a seed. Throws when Redis or the object store is unavailable. */
export async function collectEvidence(
  cluster: ChaosCluster,
  eventLog: EventLog,
  end: SettledState,
): Promise<Evidence> {
  const { deps } = cluster;
  await cluster.eventTail.catchUp();
  const ids = new Set(
    [...eventLog.accepted, ...cluster.eventTail.events].map(({ trainingId }) => trainingId),
  );
  const finalStates = await Promise.all(
    [...ids].map(async (id) => [id, await loadFinalState(deps, id)] as const),
  );
  const { targeted: _, ...logged } = eventLog;
  return {
    ...logged,
    provider: [...cluster.provider.events()],
    trainingEvents: [...cluster.eventTail.events],
    finalStates: new Map(finalStates),
    activeAttempts: (await deps.store.listActiveAttempts()).map(({ trainingId }) => trainingId),
    jobs: await cluster.countUnfinishedJobs(),
    unexpectedExits: cluster.processes.reduce((all, each) => all + each.countUnexpectedExits(), 0),
    ...end,
  };
}

async function hasOutput({ objects }: Deps, id: string, attempts: number): Promise<boolean> {
  const keys = Array.from({ length: attempts }, (_, n) => toDefaultOutputKey(id, n + 1));
  const heads = await Promise.all(keys.map((key) => objects.head(key)));
  return heads.some((head) => (head?.sizeBytes ?? 0) > 0);
}

/** An attempt may write its output key, or a file with the name of its model. */
function listForeignModels(training: Training, versions: readonly VersionEntry[]): readonly string[] {
  const named = versions.filter(({ verified }) => verified !== false).map(({ loraUrl }) => loraUrl);
  const model = training.status === 'completed' && training.model.verified ? [training.model.loraUrl] : [];
  const own = Array.from({ length: training.attemptsStarted }, (_, n) =>
    toDefaultOutputKey(training.id, n + 1),
  );
  const modelName = 'attempt' in training ? training.attempt?.modelName : undefined;
  const keys = [...own, ...(modelName === undefined ? [] : [`${modelName}.safetensors`])];
  return [...named, ...model]
    .filter((address) => address !== undefined)
    .filter((address) => !keys.some((key) => address.endsWith(`/${key}`)));
}

/** Reads the run from the header of a safetensors file. */
async function readModelRunId({ objects }: Deps, training: Training): Promise<string | undefined> {
  const stored = training.status === 'completed' ? await objects.getUri(training.model.loraUrl) : undefined;
  if (!stored) return undefined;
  const bytes = Buffer.from(stored.body);
  const header = bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString();
  const { __metadata__: metadata } = JSON.parse(header) as { __metadata__?: { ss_session_id?: string } };
  return metadata?.ss_session_id;
}

async function loadFinalState(deps: Deps, id: string): Promise<FinalState> {
  const training = await deps.store.load(id);
  if (!training) return { versions: [], modelBytes: 0, foreignModels: [], hasOutput: false };
  const model =
    training.status === 'completed' && training.model.verified
      ? await deps.objects.headUri(training.model.loraUrl)
      : undefined;
  const modelRunId = model ? await readModelRunId(deps, training) : undefined;
  const all = await deps.manifests.listVersions(training.request.subject);
  const versions = all.filter(({ training_id }) => training_id === id);
  return {
    training,
    versions,
    foreignModels: listForeignModels(training, versions),
    modelBytes: model?.sizeBytes ?? 0,
    ...(modelRunId !== undefined && { modelRunId }),
    hasOutput: await hasOutput(deps, id, training.attemptsStarted),
  };
}

/** State of the cluster after a seed. */
type SettledState = Pick<Evidence, 'settled' | 'recoveredAt'>;
