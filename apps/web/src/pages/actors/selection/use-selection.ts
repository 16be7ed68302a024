import { useState } from 'react';
import type { ActorSummary } from '../../../api/resources/types.ts';
import { announce } from '../../../parts/messages/announce.tsx';

/** The selected actors. A selection stays while filters change, and ends with the page. */
export interface Selection {
  readonly actors: readonly ActorSummary[];
  readonly has: (id: string) => boolean;
  readonly toggle: (actor: ActorSummary) => void;
  /** Selects all given actors, or none of them if all are selected. */
  readonly toggleAll: (actors: readonly ActorSummary[]) => void;
  readonly clear: () => void;
  /** Replaces the known facts of selected actors. */
  readonly update: (actors: readonly ActorSummary[]) => void;
}

/** The selection of the page. Every change is announced with the number of selected actors. */
export function useSelection(): Selection {
  const [selected, setSelected] = useState<ReadonlyMap<string, ActorSummary>>(new Map());
  const set = (next: ReadonlyMap<string, ActorSummary>): void => {
    setSelected(next);
    announce(next.size === 0 ? 'No actor selected' : `${next.size} selected`);
  };
  return {
    actors: [...selected.values()],
    has: (id) => selected.has(id),
    toggle: (actor) => {
      const next = new Map(selected);
      if (!next.delete(actor.id)) next.set(actor.id, actor);
      set(next);
    },
    toggleAll: (actors) => {
      const next = new Map(selected);
      const areAll = actors.every(({ id }) => next.has(id));
      for (const actor of actors) {
        if (areAll) next.delete(actor.id);
        else next.set(actor.id, actor);
      }
      set(next);
    },
    clear: () => set(new Map()),
    update: (actors) => setSelected(replaceKnown(actors)),
  };
}

function replaceKnown(actors: readonly ActorSummary[]) {
  return (known: ReadonlyMap<string, ActorSummary>): ReadonlyMap<string, ActorSummary> => {
    const next = new Map(known);
    for (const actor of actors) if (next.has(actor.id)) next.set(actor.id, actor);
    return next;
  };
}
