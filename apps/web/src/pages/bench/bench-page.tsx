import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { getProblemCode } from '../../api/http/problem.ts';
import { createActorQuery, createTrainingQuery } from '../../api/resources/queries.ts';
import type { ActorDetail } from '../../api/resources/types.ts';
import { Tabs } from '../../parts/controls/tabs.tsx';
import { NotFoundPage } from '../../parts/messages/not-found.tsx';
import { usePageTitle } from '../../parts/messages/page-title.ts';
import { Panel, Skeleton } from '../../parts/messages/panel.tsx';
import styles from './bench.module.css';
import { BenchHead } from './bench-head.tsx';
import { TrainTab } from './train-tab.tsx';

const VersionsTab = lazy(async () => ({ default: (await import('./versions-tab.tsx')).VersionsTab }));
const ImagesTab = lazy(async () => ({ default: (await import('./images-tab.tsx')).ImagesTab }));
const route = getRouteApi('/shell/actors/$id');

/** Bench of an actor: head, and the tabs Train, Versions and Images. */
export function BenchPage() {
  const { id } = route.useParams();
  const actor = useQuery(createActorQuery(id));
  if (getProblemCode(actor.error) === 'subject_not_found')
    return <NotFoundPage title={`No actor has the id ${id}`} />;
  return (
    <Panel query={actor} height="30rem">
      {(data) => <Bench key={data.id} actor={data} />}
    </Panel>
  );
}

function Bench({ actor }: { readonly actor: ActorDetail }) {
  const { tab = 'train' } = route.useSearch();
  const navigate = useNavigate({ from: '/actors/$id' });
  useBenchTitle(actor);
  return (
    <div className={styles.bench}>
      <BenchHead actor={actor} />
      <Tabs
        label="Bench"
        current={tab}
        tabs={[
          { name: 'train', label: 'Train' },
          { name: 'versions', label: 'Versions', count: actor.version_count },
          { name: 'images', label: 'Images', count: actor.training_data.count },
        ]}
        onSelect={(next) => void navigate({ search: { tab: next === 'train' ? undefined : next } })}
      >
        {tab === 'train' && <TrainTab actor={actor} />}
        <Suspense fallback={<Skeleton height="30rem" />}>
          {tab === 'versions' && <VersionsTab actor={actor} />}
          {tab === 'images' && <ImagesTab actor={actor} />}
        </Suspense>
      </Tabs>
    </div>
  );
}

/** Title of the window: the live training of the actor first, `62 % · 0019 V7`. */
function useBenchTitle({ name, live_training_id: liveId }: ActorDetail): void {
  const { data } = useQuery({ ...createTrainingQuery(liveId ?? ''), enabled: liveId !== null });
  const progress = liveId === null ? undefined : data?.progress;
  const share = progress && Math.floor((100 * progress.step) / progress.total_steps);
  const title =
    share === undefined || share === null
      ? name
      : `${share} % · ${data?.subject_id} ${data?.version_name ?? ''}`;
  usePageTitle(title, progress ? 'accent' : undefined);
}
