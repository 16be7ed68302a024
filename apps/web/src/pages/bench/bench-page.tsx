import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { getProblemCode } from '../../api/problem.ts';
import { createActorQuery } from '../../api/queries.ts';
import type { ActorDetail } from '../../api/types.ts';
import { Panel } from '../../parts/panel.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { BenchHead } from './bench-head.tsx';
import styles from './bench.module.css';
import { ImagesTab } from './images-tab.tsx';
import { TrainTab } from './train-tab.tsx';
import { VersionsTab } from './versions-tab.tsx';

const route = getRouteApi('/shell/actors/$id');

/** Bench of an actor: head, and the tabs Train, Versions and Images. */
export function BenchPage() {
  const { id } = route.useParams();
  const actor = useQuery(createActorQuery(id));
  if (getProblemCode(actor.error) === 'subject_not_found') return <UnknownActor id={id} />;
  return (
    <Panel query={actor} height="30rem">
      {(data) => <Bench key={data.id} actor={data} />}
    </Panel>
  );
}

function Bench({ actor }: { readonly actor: ActorDetail }) {
  const { tab = 'train' } = route.useSearch();
  const navigate = useNavigate({ from: '/actors/$id' });
  return (
    <div className={styles.bench}>
      <title>{`${actor.name} · Trainyard`}</title>
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
        {tab === 'versions' && <VersionsTab actor={actor} />}
        {tab === 'images' && <ImagesTab actor={actor} />}
      </Tabs>
    </div>
  );
}

function UnknownActor({ id }: { readonly id: string }) {
  return (
    <section>
      <title>Unknown actor · Trainyard</title>
      <h1>No actor has the id {id}</h1>
      <p>
        <Link to="/actors" search={{ q: id }}>
          Search the actors for {id}
        </Link>
      </p>
    </section>
  );
}
