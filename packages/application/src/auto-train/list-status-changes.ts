import { isTerminal, type Training, type TrainingStatus } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { BatchProgress } from './advance-batches.ts';

/** A training of a batch has a new status. */
export interface StatusChange {
  readonly training: Training;
  /** Name of the actor. */
  readonly name: string;
  readonly status: TrainingStatus;
  /** Epoch ms. */
  readonly at: number;
}

/** Lists the status changes of all trainings of a batch, oldest first. Throws StoreUnavailableError. */
export async function listStatusChanges(
  { store }: Pick<Deps, 'store'>,
  { plan, trainings }: Pick<BatchProgress, 'plan' | 'trainings'>,
): Promise<readonly StatusChange[]> {
  const names = new Map(plan.chosen.map(({ name, trainingId }) => [trainingId, name]));
  const changes = await Promise.all(
    trainings.map(async (training) => {
      const name = names.get(training.id) ?? training.request.trigger;
      const events = await store.listEvents(training.id);
      const known = events.filter(({ from, to }) => from !== to).map(({ to, at }) => ({ status: to, at }));
      const states = known.length > 0 ? known : listKnownStates(training);
      return states.map((state) => ({ training, name, ...state }));
    }),
  );
  return changes.flat().toSorted((a, b) => a.at - b.at);
}

/** A pruned training has no events; acceptance and end are known from its summary. */
function listKnownStates(training: Training): readonly Pick<StatusChange, 'status' | 'at'>[] {
  const accepted = { status: 'queued', at: training.acceptedAt } as const;
  return isTerminal(training) ? [accepted, { status: training.status, at: training.endedAt }] : [accepted];
}
