import type { ActorDetail } from '../../api/types.ts';

/** Versions of the actor. */
export function VersionsTab({ actor }: { readonly actor: ActorDetail }) {
  return <p className="muted">Versions of {actor.name}</p>;
}
