import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ProblemError, readProblem } from '../../api/http/problem.ts';
import { toSourceSet } from '../../api/resources/pictures.ts';
import styles from './picture.module.css';

/** Properties of a picture. */
export interface PictureProps {
  /** Address of the picture at this server, without a width; undefined with `missing`. */
  readonly path?: string | undefined;
  /** Text for screen readers: `Sample of 0019 V7: portrait in a garden`. */
  readonly alt: string;
  /** Reason why there is no picture: nothing is requested. */
  readonly missing?: string | null | undefined;
  /** Width to height of the box, which never changes: `1`, `3 / 4`. */
  readonly ratio?: string;
  /** Width of the box as in the attribute `sizes`, from which the browser chooses the file. */
  readonly sizes?: string;
  /** The whole picture inside the box instead of a filled box. */
  readonly whole?: boolean;
}

/** Repeated requests of a picture while the decoders of the server are busy. */
const MAX_RETRIES = 3;
const RETRY_MS = 2_000;

/**
 * Sample picture, loss plot or training image. The box keeps its size; a missing or broken picture is replaced by the reason
 * that the server states.
 */
export function Picture({ path, alt, missing, ratio = '1', sizes = '160px', whole = false }: PictureProps) {
  const { fault, attempt, onError } = usePictureFault(path);
  const reason = missing ?? (path === undefined ? 'No picture' : fault);
  return (
    <span className={`${styles.picture} ${whole ? styles.whole : ''}`} style={{ aspectRatio: ratio }}>
      {reason === undefined ? (
        <img
          key={`${path} ${attempt}`}
          src={`${path}?w=320`}
          srcSet={toSourceSet(path ?? '')}
          sizes={sizes}
          alt={alt}
          loading="lazy"
          decoding="async"
          onError={onError}
        />
      ) : (
        <span className={styles.reason}>
          <span className="visually-hidden">{alt}: </span>
          {reason}
        </span>
      )}
    </span>
  );
}

/** The reason why a picture failed, as the server states it; a busy server is asked again after 2 s. */
function usePictureFault(path: string | undefined) {
  const [failed, setFailed] = useState<string>();
  const [attempt, setAttempt] = useState(0);
  const isFailed = path !== undefined && failed === `${path} ${attempt}`;
  const { data } = useQuery({
    queryKey: ['picture-fault', path, attempt],
    queryFn: ({ signal }) => readFault(path ?? '', signal),
    enabled: isFailed,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const isBusy = isFailed && data?.busy === true && attempt < MAX_RETRIES;
  useEffect(() => {
    if (!isBusy) return;
    const timer = setTimeout(() => setAttempt(attempt + 1), RETRY_MS);
    return () => clearTimeout(timer);
  }, [isBusy, attempt]);
  return {
    fault: isFailed ? (data?.text ?? 'The picture is not available') : undefined,
    attempt,
    onError: () => setFailed(`${path} ${attempt}`),
  };
}

interface PictureFault {
  readonly text: string;
  readonly busy: boolean;
}

/** Requests the picture once more in its smallest form to read the problem of the server. */
async function readFault(path: string, signal: AbortSignal): Promise<PictureFault> {
  const response = await fetch(`${path}?w=96`, { credentials: 'same-origin', signal });
  if (response.ok) return { text: 'The browser cannot show this picture', busy: false };
  const { problem } = new ProblemError(await readProblem(response));
  return { text: problem.detail, busy: problem.status === 503 };
}
