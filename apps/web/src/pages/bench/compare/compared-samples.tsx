import { Fragment } from 'react';
import type { SubjectRef } from '../../../api/resources/versions.ts';
import { Picture } from '../../../parts/graphics/picture.tsx';
import { PictureButton } from '../../../parts/graphics/picture-button.tsx';
import styles from './compared-samples.module.css';
import { alignSamples, explainMissingSamples, type Sample, type TrainedVersion } from './samples.ts';

interface ComparedSamplesProps {
  readonly subject: SubjectRef;
  readonly trained: readonly TrainedVersion[];
  readonly onOpen: (name: string, column: number) => void;
}

/** The samples of versions, a row of the grid for each prompt; a missing sample leaves its reason. */
export function ComparedSamples({ subject, trained, onOpen }: ComparedSamplesProps) {
  const prompts = alignSamples(trained);
  if (prompts.length === 0) return <NoSamples trained={trained} />;
  return prompts.map(({ key, title, samples }, column) => (
    <Fragment key={key}>
      <h3 className={styles.prompt}>{title}</h3>
      {trained.map((each, at) => (
        <ComparedSample
          key={each.version.id}
          trained={each}
          sample={samples[at]}
          alt={`Sample of ${subject.name} ${each.version.name}: ${title}`}
          onOpen={() => onOpen(each.version.name, column)}
        />
      ))}
    </Fragment>
  ));
}

function NoSamples({ trained }: { readonly trained: readonly TrainedVersion[] }) {
  return trained.map((each) => (
    <Picture
      key={each.version.id}
      alt={`Samples of ${each.version.name}`}
      missing={explainMissingSamples(each) ?? ''}
    />
  ));
}

interface ComparedSampleProps {
  readonly trained: TrainedVersion;
  readonly sample: Sample | undefined;
  readonly alt: string;
  readonly onOpen: () => void;
}

function ComparedSample({ trained, sample, alt, onOpen }: ComparedSampleProps) {
  const hasSamples = trained.version.pictures.some(({ kind }) => kind === 'sample');
  if (!sample)
    return (
      <Picture
        alt={alt}
        missing={hasSamples ? 'No sample for this prompt' : (explainMissingSamples(trained) ?? '')}
      />
    );
  return (
    <figure className={styles.sample}>
      <PictureButton label={`Open: ${alt}`} onClick={onOpen}>
        <Picture path={sample.src} sizes="(max-width: 639px) 78vw, 480px" alt={alt} whole />
      </PictureButton>
      <figcaption className="muted small">{trained.version.name}</figcaption>
    </figure>
  );
}
