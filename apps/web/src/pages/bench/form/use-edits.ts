import { useEffect, useState } from 'react';
import { type Edits, readEdits, saveEdits } from './edits.ts';

/** The edits of the form of an actor, kept in this browser. */
export function useEdits(actorId: string): [Edits, (change: (edits: Edits) => Edits) => void] {
  const [edits, setEdits] = useState(() => readEdits(actorId));
  useEffect(() => saveEdits(actorId, edits), [actorId, edits]);
  return [edits, setEdits];
}
