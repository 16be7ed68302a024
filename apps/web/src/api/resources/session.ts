import { useQueryClient } from '@tanstack/react-query';
import { request } from '../http/request.ts';
import { forgetScope } from './access.ts';
import { sessionQuery } from './queries.ts';

/** The functions that open and end the session of this browser. */
export interface SessionActions {
  /** Opens a session for a key, then loads all data again. Throws ProblemError and UnreachableError. */
  readonly logIn: (key: string) => Promise<void>;
  /** Ends the session. Throws ProblemError and UnreachableError. */
  readonly logOut: () => Promise<void>;
}

/** Logging in and out. The key is sent in the body of one request and kept nowhere. */
export function useSessionActions(): SessionActions {
  const client = useQueryClient();
  return {
    logIn: async (key) => {
      await request('/api/session', { method: 'POST', body: { key } });
      await client.fetchQuery({ ...sessionQuery, staleTime: 0 });
      void client.invalidateQueries();
    },
    logOut: async () => {
      await request('/api/session', { method: 'DELETE' });
      forgetScope();
      client.clear();
    },
  };
}
