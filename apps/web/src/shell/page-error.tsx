import type { ErrorComponentProps } from '@tanstack/react-router';
import { ProblemPanel } from '../parts/messages/problem.tsx';

/** Page whose rendering failed: the frame stays, and the page can be tried again. */
export function PageError({ error, reset }: ErrorComponentProps) {
  return (
    <>
      <title>Fault · Trainyard</title>
      <h1>This page failed</h1>
      <ProblemPanel error={error} onRetry={reset} />
    </>
  );
}
