import type { AutoTrainRunView } from '@trainyard/contracts';
import type { ActorSummary } from '../../../api/resources/types.ts';

/** The run that trains exactly these actors, whatever limit is the default; its models get sample pictures. */
export function toOrder(actors: readonly ActorSummary[]): AutoTrainRunView['order'] {
  return { actor_ids: actors.map(({ id }) => id), all: true, validation: true };
}
