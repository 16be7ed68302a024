import { useQuery } from '@tanstack/react-query';
import { toTrainingPicturePath } from '../../../api/resources/pictures.ts';
import { createTrainingQuery } from '../../../api/resources/queries.ts';
import type { SubjectRef, Version } from '../../../api/resources/versions.ts';
import { Picture } from '../../../parts/graphics/picture.tsx';
import { PictureButton } from '../../../parts/graphics/picture-button.tsx';
import { explainMissingSamples } from '../compare/samples.ts';
import styles from './version-samples.module.css';

interface VersionSampleProps {
  readonly subject: SubjectRef;
  readonly version: Version;
  readonly onOpen: () => void;
}

/** The first sample of a version, which opens the viewer; without one the reason. */
export function VersionSample({ subject, version, onOpen }: VersionSampleProps) {
  const { name, training_id: id, pictures } = version;
  const sample = pictures.find(({ kind }) => kind === 'sample');
  if (!sample || id === undefined) return <MissingSample version={version} />;
  return (
    <PictureButton label={`Open the samples of ${name}`} onClick={onOpen}>
      <Picture
        path={toTrainingPicturePath(id, sample.name)}
        sizes="136px"
        alt={`Sample of ${subject.name} ${name}`}
      />
    </PictureButton>
  );
}

/** Whether a training had sample pictures is known by the training alone. */
function MissingSample({ version }: { readonly version: Version }) {
  const { training_id: id = '', status } = version;
  const { data, error } = useQuery({
    ...createTrainingQuery(id),
    enabled: id !== '' && status === 'completed',
  });
  const text = explainMissingSamples({ version, training: data });
  return <Picture alt={`Sample of ${version.name}`} missing={text ?? (error ? 'No picture' : '')} />;
}

/** Number of further samples that a row shows at most. */
const MAX_MORE = 1;

interface MoreSamplesProps {
  readonly subject: SubjectRef;
  readonly version: Version;
  readonly onOpen: (column: number) => void;
}

/** The samples after the first one; the last shown one counts those that follow. */
export function MoreSamples({ subject, version, onOpen }: MoreSamplesProps) {
  const { name, training_id: id, pictures } = version;
  const samples = pictures.filter(({ kind }) => kind === 'sample').slice(1);
  if (id === undefined || samples.length === 0) return null;
  const hidden = samples.length - MAX_MORE;
  return (
    <ul className={styles.more} aria-label={`More samples of ${name}`}>
      {samples.slice(0, MAX_MORE).map((sample, at) => (
        <li key={sample.name}>
          <PictureButton label={`Open sample ${at + 2} of ${name}`} onClick={() => onOpen(at + 1)}>
            <Picture
              path={toTrainingPicturePath(id, sample.name)}
              sizes="136px"
              alt={`Sample ${at + 2} of ${subject.name} ${name}`}
            />
            {hidden > 0 && at === MAX_MORE - 1 && <span className={styles.count}>+{hidden}</span>}
          </PictureButton>
        </li>
      ))}
    </ul>
  );
}
