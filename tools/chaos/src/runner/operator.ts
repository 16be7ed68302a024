import type { TrainingIn } from '@trainyard/domain';
import type { ChaosCluster } from '../cluster/cluster.ts';
import type { EventLog } from '../evidence/event-log.ts';

/** Resolves unconfirmed submissions that need attention, as an operator does with the console of the provider. */
export async function resolveStuckTrainings(cluster: ChaosCluster, eventLog: EventLog): Promise<void> {
  const trainings = await cluster.deps.store.loadAll(eventLog.accepted.map(({ trainingId }) => trainingId));
  for (const training of trainings)
    if (training.status === 'unconfirmed' && isOverdue(cluster, training))
      await resolveUnconfirmed(cluster, training);
}

/** The run of an attempt in the request list of the provider's console, which its API does not offer. */
function findRunOnConsole(
  { provider }: ChaosCluster,
  { id, attempt }: TrainingIn<'unconfirmed'>,
): string | undefined {
  return provider
    .events()
    .find((each) => each.event === 'accepted' && each.training_id === id && each.attempt === attempt.number)
    ?.job_id;
}

async function resolveUnconfirmed(cluster: ChaosCluster, training: TrainingIn<'unconfirmed'>): Promise<void> {
  const runId = findRunOnConsole(cluster, training);
  const { number: attempt } = training.attempt;
  const body =
    runId === undefined
      ? { attempt, action: 'resubmit', run_is_dead: true }
      : { attempt, action: 'adopt', runpod_job_id: runId };
  await cluster.api.callUntilAnswered({
    method: 'POST',
    path: `/api/trainings/${training.id}/resolve`,
    body,
  });
}

/** Delay of the operator. Every call in flight has arrived or timed out by then. Scaled ms. */
const RESPONSE_DELAY_MS = 5 * 60_000;

function isOverdue(cluster: ChaosCluster, { needsAttention }: TrainingIn<'unconfirmed'>): boolean {
  return needsAttention !== undefined && cluster.deps.clock.now() - needsAttention.since > RESPONSE_DELAY_MS;
}
