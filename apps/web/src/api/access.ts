import { useQuery } from '@tanstack/react-query';
import type { Scope } from '@trainyard/contracts';
import { sessionQuery } from './queries.ts';

const ORDER: readonly Scope[] = ['read', 'write', 'admin'];

/** Whether the caller has a scope. Actions above the scope are not rendered; a sentence takes their place. */
export function useScope(needed: Scope): boolean {
  const { data } = useQuery(sessionQuery);
  if (!data?.scope) return false;
  return ORDER.indexOf(data.scope) >= ORDER.indexOf(needed);
}
