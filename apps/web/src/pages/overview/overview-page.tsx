import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useServerNow } from '../../api/clock.ts';
import { useScope } from '../../api/resources/access.ts';
import { sessionQuery } from '../../api/resources/queries.ts';
import { PickActor } from '../../parts/actors/pick-actor.tsx';
import { HoldHeight } from '../../parts/messages/hold-height.tsx';
import { usePageTitle } from '../../parts/messages/page-title.ts';
import { Panel } from '../../parts/messages/panel.tsx';
import { isSettled, type Overview, useOverview } from './data/use-overview.ts';
import { EmptySystem } from './empty-system.tsx';
import { writeHeadline } from './headline.ts';
import { Attention } from './notices/attention.tsx';
import { Finished } from './notices/finished.tsx';
import styles from './overview.module.css';
import { PauseButton } from './queue/dispatch-controls.tsx';
import { Queue } from './queue/queue-table.tsx';
import { assignBoxes } from './slots/slot-boxes.ts';
import { SlotCards } from './slots/slot-cards.tsx';

/** Overview: what runs and when it ends, what waits, what needs the person. */
export function OverviewPage() {
  const overview = useOverview();
  const [isReady, setReady] = useState(false);
  if (!isReady && isSettled(overview)) setReady(true);
  return (
    <>
      <Head overview={overview} />
      {isReady ? <Content overview={overview} /> : <div className={styles.loading} aria-busy="true" />}
    </>
  );
}

function Content({ overview }: { readonly overview: Overview }) {
  const { slots, live, queued, ended } = overview;
  const finishing = slots.data && live.data ? assignBoxes(slots.data, live.data.trainings).finishing : [];
  return (
    <>
      {overview.actors.data?.catalogue_count === 0 && <EmptySystem />}
      <Attention overview={overview} />
      <Panel query={slots} height="9.5rem">
        {(view) => (
          <Panel query={live} height="9.5rem">
            {({ trainings }) => <SlotCards slots={view} live={trainings} />}
          </Panel>
        )}
      </Panel>
      {slots.data && (
        <HoldHeight release="queue">
          <Queue slots={slots.data} queued={queued.data?.trainings ?? []} />
        </HoldHeight>
      )}
      <Panel query={ended} height="20rem">
        {({ trainings }) => <Finished ended={trainings} finishing={finishing} />}
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
  usePageTitle(headline?.main ?? 'Overview', live.length > 0 ? 'accent' : undefined);
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
        <TrainButton />
        {slots && <PauseButton slots={slots} />}
      </div>
    </header>
  );
}

/** Opens the dialog that picks an actor, and then the bench of the actor. */
function TrainButton() {
  const canWrite = useScope('write');
  if (!canWrite) return <ReadOnly />;
  return (
    <div className={styles.train}>
      <PickActor label="Train" kind="primary" />
    </div>
  );
}

/** The sentence in place of the actions that the key of the session does not allow. */
function ReadOnly() {
  const { data } = useQuery(sessionQuery);
  if (data?.scope !== 'read') return null;
  return (
    <p className={styles.readOnly}>This key can read. Starting a training needs a key with scope write.</p>
  );
}
