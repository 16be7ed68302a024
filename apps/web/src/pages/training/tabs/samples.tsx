import { useQuery } from '@tanstack/react-query';
import type { TrainingDetail, VersionView } from '@trainyard/contracts';
import { toTrainingPicturePath } from '../../../api/pictures.ts';
import { Picture } from '../../../parts/picture.tsx';
import { toVisibleText } from '../../../parts/visible-text.ts';
import { isEnded } from '../facts/phases.ts';
import { createVersionsQuery, type TrainingProps } from '../facts/queries.ts';
import styles from './tabs.module.css';

/** Sample pictures of a training beside those of the good version, and the loss plot of the container. */
export function Samples({ training, subject }: TrainingProps) {
  const versions = useQuery({ ...createVersionsQuery(training), enabled: training.model !== null });
  const samples = training.pictures.filter(({ kind }) => kind !== 'loss');
  const plot = training.pictures.find(({ kind }) => kind === 'loss');
  const good = versions.data?.versions.find((each) => each.good && each.training_id !== training.id);
  const name = `${subject.name} ${training.version_name ?? ''}`;
  const toPath = (picture: string): string => toTrainingPicturePath(training.id, picture);
  return (
    <section className={styles.card} aria-labelledby="samples">
      <h2 id="samples">Samples</h2>
      {samples.length === 0 && <p className="muted">{toReason(training)}</p>}
      <ul className={styles.samples}>
        {samples.map(({ name: file, prompt }) => (
          <Sample
            key={file}
            path={toPath(file)}
            alt={`Sample of ${name}: ${prompt ?? file}`}
            text={prompt ?? file}
          />
        ))}
        {good && <GoodSample version={good} subjectName={subject.name} />}
        {plot && (
          <Sample
            path={toPath(plot.name)}
            alt={`Loss plot of ${name} by the container`}
            text="Loss plot of the container"
            whole
          />
        )}
      </ul>
    </section>
  );
}

interface SampleProps {
  readonly path: string;
  readonly alt: string;
  readonly text: string;
  readonly whole?: boolean;
}

function Sample({ text, ...picture }: SampleProps) {
  return (
    <li>
      <figure className={styles.sample}>
        <Picture {...picture} sizes="320px" />
        <figcaption className="muted small">{toVisibleText(text)}</figcaption>
      </figure>
    </li>
  );
}

/** Why a training shows no sample, in words. */
function toReason(training: TrainingDetail): string {
  if (!training.validation) return 'Trained without sample pictures.';
  if (!isEnded(training)) return 'The container stores the sample pictures with the model, at the end.';
  if (training.model === null) return 'No model, so no sample pictures.';
  const stem = training.output_key
    ?.replace(/\.safetensors$/, '')
    .split('/')
    .at(-1);
  return `No pictures beside the model: looked for ${stem ?? 'its name'}_sample_*.`;
}

function GoodSample({
  version,
  subjectName,
}: {
  readonly version: VersionView;
  readonly subjectName: string;
}) {
  const trainingId = version['training_id'];
  const picture = version.pictures.find(({ kind }) => kind === 'sample');
  if (typeof trainingId !== 'string' || !picture) return null;
  return (
    <Sample
      path={toTrainingPicturePath(trainingId, picture.name)}
      alt={`Sample of ${subjectName} ${version.name}, the good version`}
      text={`${version.name}, the good version`}
    />
  );
}
