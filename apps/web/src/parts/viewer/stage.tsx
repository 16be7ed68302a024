import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { readProblem } from '../../api/http/problem.ts';
import type { Zoom } from './use-zoom.ts';
import styles from './viewer.module.css';

/** Picture in the viewer. */
export interface ViewedPicture {
  /** Address on this origin without a width. */
  readonly src: string;
  readonly alt: string;
  /** Prompt or caption, and what else is known about it. */
  readonly text: ReactNode;
}

/** Properties of the stage. */
export interface StageProps {
  readonly picture: ViewedPicture | string;
  readonly zoom: Zoom;
}

/** The scrolling area of the picture; it stays while pictures change, and so does the visible part. */
export function Stage({ picture, zoom }: StageProps) {
  const [failed, setFailed] = useState<string>();
  const src = typeof picture === 'string' ? '' : picture.src;
  const fault = usePictureFault(src, failed === src && src !== '');
  const size = `${zoom.factor * 100}%`;
  const isShown = typeof picture !== 'string' && failed !== src;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard scrolls the zoomed picture
    <section ref={zoom.stage} className={styles.stage} aria-label="Picture" tabIndex={0}>
      {isShown ? (
        <img
          className={styles.picture}
          src={src}
          alt={picture.alt}
          style={{ width: size, height: size }}
          onError={() => setFailed(src)}
        />
      ) : (
        <p className={styles.missing}>{typeof picture === 'string' ? picture : (fault ?? 'No picture')}</p>
      )}
    </section>
  );
}

/** Why an address has no picture; undefined until the server stated it. */
function usePictureFault(src: string, failed: boolean): string | undefined {
  const { data, error } = useQuery({
    queryKey: ['viewer-fault', src],
    queryFn: async ({ signal }) => {
      const response = await fetch(src, { credentials: 'same-origin', signal });
      return response.ok ? 'The browser cannot show this picture' : (await readProblem(response)).detail;
    },
    enabled: failed,
    retry: false,
  });
  return error ? 'The server did not answer' : data;
}
