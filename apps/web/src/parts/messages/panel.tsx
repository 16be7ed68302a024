import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from '../controls/button.tsx';
import styles from './panel.module.css';
import { ProblemPanel } from './problem.tsx';

/** Properties of a panel. */
export interface PanelProps<Data> {
  readonly query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'isFetching' | 'refetch' | 'dataUpdatedAt'>;
  /** Height of the content, so that nothing moves when it arrives: a CSS length. */
  readonly height?: string;
  readonly children: (data: Data) => ReactNode;
}

/**
 * Content of one query. Loading: a skeleton of the final size. Failed: the problem with Retry; old data stays with its age.
 * Refreshing: old data stays under a bar.
 */
export function Panel<Data>({ query, height = '6rem', children }: PanelProps<Data>) {
  const { data, error, isFetching } = query;
  const retry = (): void => void query.refetch();
  if (data === undefined && error) return <ProblemPanel error={error} onRetry={retry} />;
  if (data === undefined) return <Skeleton height={height} />;
  return (
    <div className={styles.panel} data-refreshing={isFetching || undefined}>
      {error && (
        <p className={styles.stale}>
          As of <time>{new Date(query.dataUpdatedAt).toLocaleTimeString()}</time>: {error.message}{' '}
          <Button kind="text" onClick={retry}>
            Retry
          </Button>
        </p>
      )}
      {children(data)}
    </div>
  );
}

/** Place of a content that is loading, of its final height. */
export function Skeleton({ height }: { readonly height: string }) {
  return (
    <div className={styles.skeleton} style={{ minHeight: height }} aria-busy="true">
      <span className="visually-hidden">Loading</span>
    </div>
  );
}
