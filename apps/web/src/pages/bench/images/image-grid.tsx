import { toImagePath } from '../../../api/resources/pictures.ts';
import type { ActorImage, Finding } from '../../../api/resources/versions.ts';
import { Picture } from '../../../parts/graphics/picture.tsx';
import { PictureButton } from '../../../parts/graphics/picture-button.tsx';
import { Severity } from './findings.tsx';
import styles from './images.module.css';
import type { LeftOut } from './left-out.ts';

interface ImageGridProps {
  readonly actorId: string;
  readonly images: readonly ActorImage[];
  readonly findings: readonly Finding[];
  readonly leftOut: LeftOut;
  readonly onOpen: (name: string) => void;
}

/** The images of an actor with the state of their captions; each can be left out of the next training. */
export function ImageGrid({ actorId, images, findings, leftOut, onOpen }: ImageGridProps) {
  return (
    <ul className={styles.grid} aria-label="Images">
      {images.map((image) => (
        <li key={image.uri} className={leftOut.uris.has(image.uri) ? styles.out : ''}>
          <PictureButton label={`Open ${image.name}`} onClick={() => onOpen(image.name)}>
            <Picture
              path={toImagePath('actor', actorId, image.name)}
              alt={image.name}
              missing={image.fault}
              sizes="(max-width: 639px) 33vw, 160px"
            />
          </PictureButton>
          <ImageState image={image} findings={findings} />
          <label className={styles.leave}>
            <input
              type="checkbox"
              checked={leftOut.uris.has(image.uri)}
              onChange={({ target }) => leftOut.set(image.uri, target.checked)}
            />
            <span>
              Leave out<span className="visually-hidden"> {image.name}</span>
            </span>
          </label>
        </li>
      ))}
    </ul>
  );
}

interface ImageStateProps {
  readonly image: ActorImage;
  readonly findings: readonly Finding[];
}

const CAPTIONS = { present: '', missing: 'no caption', empty: 'empty caption' } as const;

function ImageState({ image, findings }: ImageStateProps) {
  const worst = ['error', 'warning', 'advice'] as const;
  const own = findImageFindings(image, findings);
  const severity = worst.find((each) => own.some((finding) => finding.severity === each));
  return (
    <p className={styles.state}>
      {severity && <Severity severity={severity} />}
      <span className={styles.name}>{image.name}</span>
      {CAPTIONS[image.caption] !== '' && <span className={styles.missing}>{CAPTIONS[image.caption]}</span>}
    </p>
  );
}

/** The findings that name an image or its caption. */
export function findImageFindings(
  { uri }: Pick<ActorImage, 'uri'>,
  findings: readonly Finding[],
): readonly Finding[] {
  const caption = `${uri.slice(0, uri.lastIndexOf('.'))}.txt`;
  return findings.filter(({ uris }) => uris.includes(uri) || uris.includes(caption));
}
