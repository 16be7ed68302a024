import type { CandidatesView } from '@trainyard/contracts';
import { useRef } from 'react';
import { type Candidate, filterCandidates } from './data/reasons.ts';

/**
 * The rows of a filter. A live change keeps each row in its place, with its new state, and adds new rows at the end; so no row
 * moves under the pointer. A different key releases the rows.
 */
export function useHeldRows(
  view: CandidatesView,
  { reason, key }: { readonly reason: string | undefined; readonly key: string },
): readonly Candidate[] {
  const held = useRef<{ readonly key: string; readonly ids: readonly string[] }>({ key: '', ids: [] });
  const matching = filterCandidates(view, reason);
  const known = held.current.key === key ? held.current.ids : [];
  const byId = new Map(view.candidates.map((each) => [each.actor_id, each]));
  const kept = known.flatMap((id) => byId.get(id) ?? []);
  const rows = [...kept, ...matching.filter(({ actor_id: id }) => !known.includes(id))];
  held.current = { key, ids: rows.map(({ actor_id: id }) => id) };
  return rows;
}
