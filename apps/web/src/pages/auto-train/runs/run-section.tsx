import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Panel } from '../../../parts/messages/panel.tsx';
import { runsQuery } from '../data/queries.ts';
import { DryRunConsole, RunConsole } from './run-console.tsx';
import { RunList } from './run-list.tsx';
import { RunPanel } from './run-panel.tsx';
import styles from './runs.module.css';
import { ScheduleLine } from './schedule-line.tsx';

const route = getRouteApi('/shell/auto-train');

/** Properties of the section. */
export interface RunSectionProps {
  /** Lines of the last dry run, which the console shows until they are cleared. */
  readonly dryLines: readonly string[] | undefined;
  readonly onClearDryRun: () => void;
}

/** Next scheduled runs, the runs, the open run with its trainings, and its console. */
export function RunSection({ dryLines, onClearDryRun }: RunSectionProps) {
  const { run: opened } = route.useSearch();
  const runs = useInfiniteQuery(runsQuery);
  const newest = runs.data?.pages[0]?.runs[0];
  const shown = opened ?? newest?.id;
  return (
    <>
      <section className={styles.section} aria-labelledby="runs-heading">
        <div className={styles.head}>
          <h2 id="runs-heading">Runs</h2>
          <ScheduleLine />
        </div>
        <Panel query={runs} height="10rem">
          {({ pages }) => (
            <RunList
              runs={pages.flatMap((page) => page.runs)}
              opened={shown}
              onMore={runs.hasNextPage ? () => void runs.fetchNextPage() : undefined}
              isLoading={runs.isFetchingNextPage}
            />
          )}
        </Panel>
      </section>
      {shown !== undefined && <RunPanel key={shown} id={shown} />}
      <div className={styles.last}>
        {dryLines ? (
          <DryRunConsole lines={dryLines} onClose={onClearDryRun} />
        ) : (
          shown !== undefined && <RunConsole key={shown} id={shown} />
        )}
      </div>
    </>
  );
}
