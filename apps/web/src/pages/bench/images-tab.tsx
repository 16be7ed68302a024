import type { ActorDetail } from '../../api/types.ts';

/** Images and captions of the actor. */
export function ImagesTab({ actor }: { readonly actor: ActorDetail }) {
  return <p className="muted">Images of {actor.name}</p>;
}
