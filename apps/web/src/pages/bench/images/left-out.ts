import { useSyncExternalStore } from 'react';

const NONE: ReadonlySet<string> = new Set();
let leftOut: ReadonlyMap<string, ReadonlySet<string>> = new Map();
const listeners = new Set<() => void>();

/** Images of an actor that its next training leaves out; they are forgotten when the page is loaded again. */
export interface LeftOut {
  /** Addresses of the images. */
  readonly uris: ReadonlySet<string>;
  readonly set: (uri: string, out: boolean) => void;
  readonly clear: () => void;
}

/** The images that the next training of an actor leaves out. */
export function useLeftOut(actorId: string): LeftOut {
  const uris = useSyncExternalStore(subscribe, () => leftOut.get(actorId) ?? NONE);
  return {
    uris,
    set: (uri, out) => {
      const next = new Set(uris);
      if (out) next.add(uri);
      else next.delete(uri);
      save(actorId, next);
    },
    clear: () => save(actorId, NONE),
  };
}

/** The images that a training uses; undefined while it leaves none out, so that the catalogue supplies them. */
export function listUsedImages(
  uris: readonly string[],
  left: ReadonlySet<string>,
): readonly string[] | undefined {
  const used = uris.filter((uri) => !left.has(uri));
  return used.length === uris.length ? undefined : used;
}

function save(actorId: string, uris: ReadonlySet<string>): void {
  leftOut = new Map(leftOut).set(actorId, uris);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
