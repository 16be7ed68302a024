import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { toTrainingPicturePath } from '../../../api/resources/pictures.ts';
import { createVersionsQuery, type Version } from '../../../api/resources/versions.ts';
import { Picture } from '../../../parts/graphics/picture.tsx';
import styles from './train.module.css';

const SHOWN = 3;

/** The last finished versions with their first sample and loss, as an orientation for the next one. */
export function LastResults({ id }: { readonly id: string }) {
  const versions = useQuery(createVersionsQuery({ kind: 'actor', id })).data ?? [];
  const finished = versions
    .filter(({ status }) => status === 'completed')
    .toSorted((a, b) => b.timestamp.localeCompare(a.timestamp))
    .slice(0, SHOWN);
  if (finished.length === 0) return null;
  return (
    <section className={styles.results} aria-label="Last results">
      <h2>Last results</h2>
      {finished.map((version) => (
        <Result key={version.id} id={id} version={version} />
      ))}
    </section>
  );
}

function Result({ id, version }: { readonly id: string; readonly version: Version }) {
  const { name, pictures, final_loss: loss, verdict } = version;
  const sample = pictures.find(({ kind }) => kind === 'sample');
  const trainingId = version['training_id'];
  const path =
    sample && typeof trainingId === 'string' ? toTrainingPicturePath(trainingId, sample.name) : undefined;
  return (
    <Link className={styles.result} to="/actors/$id" params={{ id }} search={{ tab: 'versions' }}>
      {path !== undefined && (
        <span className={styles.sample}>
          <Picture path={path} alt={`Sample of ${id} ${name}`} sizes="42px" />
        </span>
      )}
      <span>
        {name}
        {verdict === 'good' && ' good'}
        {loss !== undefined && <span className="number muted"> {loss.toFixed(3)}</span>}
      </span>
    </Link>
  );
}
