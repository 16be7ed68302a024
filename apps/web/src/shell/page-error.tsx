import type { ErrorComponentProps } from '@tanstack/react-router';
import { ProblemPanel } from '../parts/problem.tsx';

/** Page whose rendering failed: the frame stays, and the page can be tried again. */
export function PageError({ error, reset }: ErrorComponentProps) {
  return <ProblemPanel error={error} onRetry={reset} />;
}
