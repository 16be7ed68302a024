import { useQuery } from '@tanstack/react-query';
import type { Scope } from '@trainyard/contracts';
import { sessionQuery } from './queries.ts';

const ORDER: readonly Scope[] = ['read', 'write', 'admin'];

let lastScope: Scope | undefined;

/**
 * The scope of the caller. A session that has ended keeps its scope until the caller has signed in again, so that forms stay
 * on the page; the server refuses their requests.
 */
export function useCallerScope(): Scope | undefined {
  const scope = useQuery(sessionQuery).data?.scope;
  if (scope) lastScope = scope;
  return scope ?? lastScope;
}

/** Whether the caller has a scope. Actions above the scope are not rendered; a sentence takes their place. */
export function useScope(needed: Scope): boolean {
  const scope = useCallerScope();
  return scope !== undefined && ORDER.indexOf(scope) >= ORDER.indexOf(needed);
}

/** Forgets the scope of the session that the caller has ended. */
export function forgetScope(): void {
  lastScope = undefined;
}
