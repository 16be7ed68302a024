import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { TrainingDetail } from '@trainyard/contracts';
import { toTrainingPicturePath } from '../../../api/resources/pictures.ts';
import { createVersionsQuery, type Version } from '../../../api/resources/versions.ts';
import { Picture } from '../../../parts/graphics/picture.tsx';
import { Viewer, type ViewerRow } from '../../../parts/viewer/viewer.tsx';
import { toVisibleText } from '../../../parts/words/visible-text.ts';
import { isEnded } from '../facts/phases.ts';
import type { TrainingProps } from '../facts/queries.ts';
import styles from './tabs.module.css';

const route = getRouteApi('/shell/trainings/$id');

interface Sample {
  readonly path: string;
  readonly alt: string;
  readonly text: string;
}

interface SampleRow {
  readonly name: string;
  readonly samples: readonly Sample[];
}

/** Sample pictures of a training, one of the good version, and the loss plot of the container. */
export function Samples({ training, subject }: TrainingProps) {
  const [own, good] = useSampleRows({ training, subject });
  const plot = training.pictures.find(({ kind }) => kind === 'loss');
  const name = `${subject.name} ${training.version_name ?? ''}`;
  const first = good?.samples[0];
  return (
    <section className={styles.card} aria-labelledby="samples">
      <h2 id="samples">Samples</h2>
      {own.samples.length === 0 && <p className="muted">{toReason(training)}</p>}
      <ul className={styles.samples}>
        {own.samples.map((sample, column) => (
          <SampleLink key={sample.path} sample={sample} place={`0.${column}`} text={sample.text} />
        ))}
        {good && first && <SampleLink sample={first} place="1.0" text={`${good.name}, the good version`} />}
        {plot && <Plot path={toTrainingPicturePath(training.id, plot.name)} name={name} />}
      </ul>
      <SampleViewer title={`Samples of ${name}`} rows={good ? [own, good] : [own]} />
    </section>
  );
}

/** The samples of this version, and those of the good version when it is a different one. */
function useSampleRows({ training, subject }: TrainingProps): readonly [SampleRow, SampleRow?] {
  const versions = useQuery({ ...createVersionsQuery(subject), enabled: training.model !== null });
  const good = versions.data?.find((each) => each.good && each.training_id !== training.id);
  const name = training.version_name ?? 'This version';
  const samples = training.pictures
    .filter(({ kind }) => kind !== 'loss')
    .map(({ name: file, prompt }) => toSample(training.id, file, `${subject.name} ${name}`, prompt));
  const own = { name, samples };
  return good ? [own, { name: good.name, samples: listSamples(good, subject.name) }] : [own];
}

function toSample(id: string, file: string, name: string, prompt: string | null): Sample {
  const text = toVisibleText(prompt ?? file);
  return { path: toTrainingPicturePath(id, file), alt: `Sample of ${name}: ${text}`, text };
}

/** The samples of a version that a training of this system made. */
function listSamples({ training_id: id, name, pictures }: Version, subjectName: string): readonly Sample[] {
  if (typeof id !== 'string') return [];
  const samples = pictures.filter(({ kind }) => kind === 'sample');
  return samples.map(({ name: file }) => toSample(id, file, `${subjectName} ${name}`, null));
}

/** Why a training shows no sample, in words. */
function toReason(training: TrainingDetail): string {
  if (!training.validation) return 'Trained without sample pictures.';
  if (!isEnded(training)) return 'The container stores the sample pictures with the model, at the end.';
  if (training.model === null) return 'No model, so no sample pictures.';
  const file = training.output_key
    ?.split('/')
    .at(-1)
    ?.replace(/\.safetensors$/, '');
  return `No pictures beside the model: looked for ${file ?? 'its name'}_sample_*.`;
}

interface SampleLinkProps {
  readonly sample: Sample;
  /** Row and column in the viewer: `0.1`. */
  readonly place: string;
  readonly text: string;
}

function SampleLink({ sample: { path, alt }, place, text }: SampleLinkProps) {
  return (
    <li>
      <figure className={styles.sample}>
        <Link
          from="/trainings/$id"
          to="."
          search={(known) => ({ ...known, sample: place })}
          resetScroll={false}
        >
          <Picture path={path} alt={alt} sizes="320px" />
        </Link>
        <figcaption className="muted small">{text}</figcaption>
      </figure>
    </li>
  );
}

function Plot({ path, name }: { readonly path: string; readonly name: string }) {
  return (
    <li>
      <figure className={styles.sample}>
        <Picture path={path} alt={`Loss plot of ${name} by the container`} sizes="320px" whole />
        <figcaption className="muted small">Loss plot of the container</figcaption>
      </figure>
    </li>
  );
}

/** The picture of the address in a dialog: arrows change the prompt, and the version beside the good one. */
function SampleViewer({ title, rows }: { readonly title: string; readonly rows: readonly SampleRow[] }) {
  const { sample } = route.useSearch();
  const navigate = useNavigate({ from: '/trainings/$id' });
  const [, row, column] = /^(\d)\.(\d{1,2})$/.exec(sample ?? '') ?? [];
  const place = { row: Number(row), column: Number(column) };
  if (!rows[place.row]?.samples[place.column]) return null;
  const show = (next: string | undefined): void =>
    void navigate({ search: (known) => ({ ...known, sample: next }), replace: true, resetScroll: false });
  const viewed: readonly ViewerRow[] = rows.map(({ name, samples }) => ({
    name,
    pictures: samples.map(({ path, alt, text }) => ({ src: path, alt, text })),
  }));
  return (
    <Viewer
      title={title}
      rows={viewed}
      place={place}
      onMove={(next) => show(`${next.row}.${next.column}`)}
      onClose={() => show(undefined)}
    />
  );
}
