import { useState } from 'react';
import { toPosterPath, toSourceSet } from '../../api/resources/pictures.ts';
import styles from './poster.module.css';

/** Properties of a poster. */
export interface PosterProps {
  readonly kind?: 'actor' | 'style';
  /** The initials of the name replace a missing poster; `poster` is null for a subject without one, absent if unknown. */
  readonly subject: {
    readonly id: string;
    readonly name: string;
    readonly poster?: string | null | undefined;
  };
  /** `row` 28 × 36, `card` 84 × 112, `head` 108 × 144, `fill` the width of its box. */
  readonly size: keyof typeof SIZES;
}

/** Width of the box by size, from which the browser chooses the file. */
const SIZES = {
  row: '28px',
  card: '84px',
  head: '108px',
  fill: '(max-width: 639px) 45vw, 200px',
} as const;

/** Posters whose file is missing: they are not requested again before the page is loaded anew. */
const missing = new Set<string>();

/**
 * Poster of an actor or style in 3:4. It stands beside the name of its subject, so that its alternative text is empty.
 * Without a file the initials of the name fill the box, in a tone that follows from the id.
 */
export function Poster({ kind = 'actor', subject: { id, name, poster }, size }: PosterProps) {
  const path = toPosterPath(kind, id);
  const [failedPath, setFailedPath] = useState<string>();
  const isShown = poster !== null && failedPath !== path && !missing.has(path);
  return (
    <span className={`${styles.poster} ${styles[size]} ${styles[`tone${getTone(id)}`]}`} data-poster={id}>
      {isShown ? (
        <img
          src={`${path}?w=320`}
          srcSet={toSourceSet(path)}
          sizes={SIZES[size]}
          alt=""
          loading="lazy"
          decoding="async"
          onError={() => {
            missing.add(path);
            setFailedPath(path);
          }}
        />
      ) : (
        <span aria-hidden="true">{getInitials(name, id)}</span>
      )}
    </span>
  );
}

const TONES = 6;

/** The tone of a subject: the same on every page. */
function getTone(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9_973;
  return sum % TONES;
}

/** The initials of a name: two letters; the end of the id for a name without letters. */
function getInitials(name: string, id: string): string {
  const words = name.match(/\p{L}[\p{L}\p{M}]*/gu) ?? [];
  const letters = words.slice(0, 2).map((word) => [...word][0]?.toLocaleUpperCase() ?? '');
  return letters.length > 0 ? letters.join('') : id.slice(-2);
}
