import { QueryClient } from '@tanstack/react-query';
import { ProblemError, UnreachableError } from './problem.ts';

const MAX_RETRIES = 2;

/** Creates the cache of the studio. Live events patch it, so that entries do not age while the stream is open. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // A request while offline fails at once instead of waiting without a message.
        networkMode: 'always',
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry: (failures, error) => failures < MAX_RETRIES && isTransient(error),
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

function isTransient(error: unknown): boolean {
  if (error instanceof UnreachableError) return navigator.onLine;
  return error instanceof ProblemError && [502, 503, 504].includes(error.problem.status);
}
