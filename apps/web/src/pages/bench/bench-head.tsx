import { Link } from '@tanstack/react-router';
import type { ActorDetail } from '../../api/types.ts';
import { PickActor } from '../../parts/actors/pick-actor.tsx';
import { Poster } from '../../parts/poster.tsx';
import styles from './bench.module.css';

/** Head of the bench: poster, name, and the facts about data and models. */
export function BenchHead({ actor }: { readonly actor: ActorDetail }) {
  return (
    <header className={styles.head}>
      <Poster subject={actor} size="head" />
      <div className={styles.facts}>
        <p className="faint small">
          <Link to="/actors">Actors</Link> / {actor.id}
        </p>
        <h1>{actor.name}</h1>
        <Facts actor={actor} />
      </div>
      <PickActor label="Change actor" />
    </header>
  );
}

const DATA_WORDS = {
  none: 'no images',
  not_synced: 'not all in the object store',
  synced: 'all in the object store',
} as const;

function Facts({ actor }: { readonly actor: ActorDetail }) {
  const { training_data: data, data_state: state, good_version: good } = actor;
  const isReady = state === 'synced';
  return (
    <ul className={styles.chips} aria-label="Data and model">
      <li className={isReady ? styles.ok : styles.warn}>
        {state === 'none' ? DATA_WORDS.none : `${data.count} images, ${DATA_WORDS[state]}`}
      </li>
      <li className={actor.training_data_good ? styles.ok : undefined}>
        {actor.training_data_good ? 'reviewed' : 'not reviewed'}
      </li>
      <li>{good === null ? 'no good model' : `good model: ${good}`}</li>
    </ul>
  );
}
