import { Link } from '@tanstack/react-router';
import { useServerNow } from '../../api/clock.ts';
import { Panel } from '../../parts/panel.tsx';
import { Attention } from './attention.tsx';
import { PauseButton } from './dispatch-controls.tsx';
import { EmptySystem } from './empty-system.tsx';
import { Finished } from './finished.tsx';
import { writeHeadline } from './headline.ts';
import styles from './overview.module.css';
import { Queue } from './queue-table.tsx';
import { SlotCards } from './slot-cards.tsx';
import { type Overview, useOverview } from './use-overview.ts';

/** Overview: what runs and when it ends, what waits, what needs the person. */
export function OverviewPage() {
  const overview = useOverview();
  const isEmpty = overview.actors.data?.catalogue_count === 0;
  return (
    <>
      <Head overview={overview} />
      {isEmpty && <EmptySystem />}
      <Attention overview={overview} />
      <Slots overview={overview} />
      <WaitingTrainings overview={overview} />
      <Panel query={overview.ended} height="20rem">
        {({ trainings }) => <Finished ended={trainings} />}
      </Panel>
    </>
  );
}

function Head({ overview }: { readonly overview: Overview }) {
  const now = useServerNow();
  const slots = overview.slots.data;
  const live = overview.live.data?.trainings ?? [];
  const heldCount = overview.queued.data?.trainings.filter(({ hold }) => hold !== null).length ?? 0;
  const headline = slots && writeHeadline({ slots, live, heldCount }, now);
  return (
    <header className={styles.head}>
      <h1>
        {headline?.main ?? 'Overview'}
        {headline && headline.rest !== '' && (
          <>
            <span className="visually-hidden">; </span> <span className={styles.rest}>{headline.rest}</span>
          </>
        )}
      </h1>
      <div className={styles.buttons}>
        <Link to="/actors" className={styles.primary}>
          Train
        </Link>
        {slots && <PauseButton slots={slots} />}
      </div>
    </header>
  );
}

/** Both queries fill the cards; the failed one is named. */
function Slots({ overview: { slots, live } }: { readonly overview: Overview }) {
  return (
    <Panel query={slots} height="9.5rem">
      {(view) => (
        <Panel query={live} height="9.5rem">
          {({ trainings }) => <SlotCards slots={view} live={trainings} />}
        </Panel>
      )}
    </Panel>
  );
}

function WaitingTrainings({ overview: { slots, queued } }: { readonly overview: Overview }) {
  return (
    <Panel query={slots} height="14rem">
      {(view) => <Queue slots={view} queued={queued.data?.trainings ?? []} />}
    </Panel>
  );
}
