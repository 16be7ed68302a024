import { useQuery } from '@tanstack/react-query';
import { toImagePath } from '../../../api/resources/pictures.ts';
import { type ActorImage, createCaptionQuery, type Finding } from '../../../api/resources/versions.ts';
import { Button } from '../../../parts/controls/button.tsx';
import { Viewer } from '../../../parts/viewer/viewer.tsx';
import { toVisibleText } from '../../../parts/words/visible-text.ts';
import { Severity } from './findings.tsx';
import { findImageFindings } from './image-grid.tsx';
import styles from './images.module.css';
import type { LeftOut } from './left-out.ts';

interface ImageViewerProps {
  readonly subject: { readonly id: string; readonly name: string };
  readonly images: readonly ActorImage[];
  readonly findings: readonly Finding[];
  readonly leftOut: LeftOut;
  /** Name of the open image. */
  readonly name: string;
  readonly onMove: (name: string) => void;
  readonly onClose: () => void;
}

/** Viewer of the images with caption and findings. */
export function ImageViewer({ subject, images, findings, leftOut, name, onMove, onClose }: ImageViewerProps) {
  const column = images.findIndex((image) => image.name === name);
  const open = images[column];
  if (!open) return null;
  const isOut = leftOut.uris.has(open.uri);
  const pictures = images.map((image) => {
    const { fault } = image;
    if (fault !== null) return `${image.name}: ${fault}`;
    return {
      src: toImagePath('actor', subject.id, image.name),
      alt: `${image.name} of ${subject.name}`,
      text: <Caption actorId={subject.id} image={image} findings={findings} />,
    };
  });
  return (
    <Viewer
      title={`Images of ${subject.name}`}
      rows={[{ name: '', pictures }]}
      place={{ row: 0, column }}
      onMove={(place) => onMove(images[place.column]?.name ?? name)}
      onClose={onClose}
    >
      <Button pressed={isOut} onClick={() => leftOut.set(open.uri, !isOut)}>
        Leave out of this training
      </Button>
    </Viewer>
  );
}

function toText(text: string | undefined): string | undefined {
  return text === undefined ? undefined : toVisibleText(text);
}

interface CaptionProps {
  readonly actorId: string;
  readonly image: ActorImage;
  readonly findings: readonly Finding[];
}

function Caption({ actorId, image, findings }: CaptionProps) {
  const { data, error } = useQuery({
    ...createCaptionQuery(actorId, image.name),
    enabled: image.caption === 'present',
  });
  return (
    <div className={styles.caption}>
      <p>
        <strong>{image.name}</strong>{' '}
        <span className="muted">
          {image.caption === 'present'
            ? (toText(data?.text) ?? (error ? `The caption was not read: ${error.message}` : ''))
            : `The caption is ${image.caption}.`}
        </span>
      </p>
      {findImageFindings(image, findings).map(({ code, severity, message }) => (
        <p key={code} className={styles.note}>
          <Severity severity={severity} /> {message}
        </p>
      ))}
    </div>
  );
}
