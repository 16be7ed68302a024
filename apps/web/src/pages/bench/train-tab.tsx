import type { ActorDetail } from '../../api/types.ts';

/** Form of a new training of the actor. */
export function TrainTab({ actor }: { readonly actor: ActorDetail }) {
  return <p className="muted">Training of {actor.name}</p>;
}
