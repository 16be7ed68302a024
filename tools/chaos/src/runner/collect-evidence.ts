import type { Deps } from '@trainyard/application';
import { toOutputKey } from '@trainyard/domain';
import type { ChaosCluster } from '../cluster/cluster.ts';
import type { EventLog } from '../evidence/event-log.ts';
import type { Evidence, FinalState } from '../evidence/evidence.ts';

/** Reads all that is left when a seed has come to rest. */
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
  const keys = Array.from({ length: attempts }, (_, n) => toOutputKey(id, n + 1));
  const heads = await Promise.all(keys.map((key) => objects.head(key)));
  return heads.some((head) => (head?.sizeBytes ?? 0) > 0);
}

async function loadFinalState(deps: Deps, id: string): Promise<FinalState> {
  const training = await deps.store.load(id);
  if (!training) return { versions: [], modelBytes: 0, hasOutput: false };
  const model =
    training.status === 'completed' ? await deps.objects.headUri(training.model.loraUrl) : undefined;
  const versions = await deps.manifests.listVersions(training.request.subject);
  return {
    training,
    versions: versions.filter(({ training_id }) => training_id === id),
    modelBytes: model?.sizeBytes ?? 0,
    hasOutput: await hasOutput(deps, id, training.attemptsStarted),
  };
}

/** How a seed came to rest. */
type SettledState = Pick<Evidence, 'settled' | 'recoveredAt'>;
