import { toImagePath } from '../../../api/resources/pictures.ts';
import { Picture } from '../../../parts/graphics/picture.tsx';
import type { TrainingProps } from '../facts/queries.ts';
import styles from './tabs.module.css';

/** The images that the training was accepted with. */
export function ImagesTab({ training, subject }: TrainingProps) {
  if (training.images.length === 0)
    return (
      <p className="muted">
        {training.image_count === 0
          ? 'No images.'
          : `${training.image_count} images; their list is no longer kept.`}
      </p>
    );
  return (
    <ul className={styles.images} aria-label="Images as trained">
      {training.images.map((uri) => {
        const name = toName(uri);
        return (
          <li key={uri}>
            <figure className={styles.sample}>
              <Picture
                path={toImagePath(subject.kind, subject.id, name)}
                alt={`Training image ${name} of ${subject.name}`}
                sizes="160px"
              />
              <figcaption className="muted small">{name}</figcaption>
            </figure>
          </li>
        );
      })}
    </ul>
  );
}

function toName(uri: string): string {
  return uri.split('/').at(-1) ?? uri;
}
