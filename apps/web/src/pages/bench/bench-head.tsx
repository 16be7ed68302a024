import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { toImagePath, toTrainingPicturePath } from '../../api/resources/pictures.ts';
import type { ActorDetail } from '../../api/resources/types.ts';
import { createActorImagesQuery, createVersionsQuery, type Version } from '../../api/resources/versions.ts';
import { PickActor } from '../../parts/actors/pick-actor.tsx';
import { Picture } from '../../parts/graphics/picture.tsx';
import { Poster } from '../../parts/graphics/poster.tsx';
import styles from './bench.module.css';

/** Head of the bench: poster, name, facts about data and models, the first images, and the way to a different actor. */
export function BenchHead({ actor }: { readonly actor: ActorDetail }) {
  return (
    <header className={styles.head}>
      <Poster subject={actor} size="head" />
      <div className={styles.facts}>
        <div className={styles.top}>
          <p className="faint small">
            <Link to="/actors">Actors</Link> / {actor.id}
          </p>
          <PickActor label="Change actor" />
        </div>
        <h1>{actor.name}</h1>
        <Facts actor={actor} />
        <FirstImages actor={actor} />
      </div>
    </header>
  );
}

const DATA_WORDS = {
  none: () => 'no images',
  not_synced: (count: number) => `${count} images, not all in the object store`,
  synced: (count: number) => `${count} images synced`,
} as const;

function Facts({ actor }: { readonly actor: ActorDetail }) {
  const { training_data: data, data_state: state } = actor;
  const isReady = state === 'synced';
  return (
    <ul className={styles.chips} aria-label="Data and model">
      <li className={isReady ? styles.ok : styles.warn}>{DATA_WORDS[state](data.count)}</li>
      {data.count > 0 && <CaptionFact actor={actor} />}
      <li className={actor.training_data_good ? styles.ok : undefined}>
        {actor.training_data_good ? 'reviewed' : 'not reviewed'}
      </li>
      <GoodModelFact actor={actor} />
    </ul>
  );
}

function CaptionFact({ actor }: { readonly actor: ActorDetail }) {
  const images = useQuery(createActorImagesQuery(actor.id)).data?.images;
  if (!images) return <li>captions</li>;
  const count = images.filter(({ caption }) => caption === 'present').length;
  const isComplete = count === images.length;
  return (
    <li className={isComplete ? styles.ok : styles.warn}>
      {isComplete ? `${count} captions` : `${count} of ${images.length} captions`}
    </li>
  );
}

function GoodModelFact({ actor: { id, good_version: good } }: { readonly actor: ActorDetail }) {
  const versions = useQuery({ ...createVersionsQuery({ kind: 'actor', id }), enabled: good !== null });
  if (good === null) return <li>no good model</li>;
  const path = findSample(versions.data?.find(({ name }) => name === good));
  return (
    <li className={styles.good}>
      <Link to="/actors/$id" params={{ id }} search={{ tab: 'versions' }}>
        good: {good}
        {path !== undefined && (
          <span className={styles.sample}>
            <Picture path={path} alt={`Sample of ${id} ${good}`} sizes="28px" />
          </span>
        )}
      </Link>
    </li>
  );
}

/** The address of the first sample picture of a version; undefined without one. */
function findSample(version: Version | undefined): string | undefined {
  const sample = version?.pictures.find(({ kind }) => kind === 'sample');
  const trainingId = version?.['training_id'];
  return sample && typeof trainingId === 'string'
    ? toTrainingPicturePath(trainingId, sample.name)
    : undefined;
}

const SHOWN = 6;

function FirstImages({ actor: { id, training_data: data } }: { readonly actor: ActorDetail }) {
  const images = useQuery({ ...createActorImagesQuery(id), enabled: data.count > 0 }).data?.images ?? [];
  if (data.count === 0) return null;
  const shown = images.slice(0, SHOWN);
  return (
    <div className={styles.images}>
      {shown.map(({ name, fault }, index) => (
        <span key={name} className={styles.thumb}>
          <Picture
            path={toImagePath('actor', id, name)}
            alt={`Image ${index + 1}`}
            missing={fault}
            sizes="48px"
          />
        </span>
      ))}
      {shown.length > 0 && data.count > 3 && (
        <Link className={styles.rest} to="/actors/$id" params={{ id }} search={{ tab: 'images' }}>
          <span className="visually-hidden">All images: </span>
          <span className={styles.wideRest}>{data.count > SHOWN ? `+${data.count - SHOWN}` : 'all'}</span>
          <span className={styles.narrowRest}>+{data.count - 3}</span>
        </Link>
      )}
    </div>
  );
}
