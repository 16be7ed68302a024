import { useState } from 'react';
import styles from './poster.module.css';

/** Properties of a poster. */
export interface PosterProps {
  readonly subject: { readonly id: string; readonly name: string };
  readonly kind?: 'actor' | 'style';
  /** `row` 28×36, `card` 84×112, `head` 108×144, `fill` the width of its container. */
  readonly size: 'row' | 'card' | 'head' | 'fill';
}

const WIDTHS = { row: 96, card: 320, head: 320, fill: 320 } as const;

/** Poster of a subject, 3:4, beside its name. Without a picture its initials on a tone that follows from the id. */
export function Poster({ subject: { id, name }, kind = 'actor', size }: PosterProps) {
  const [isMissing, setMissing] = useState(false);
  const address = `/api/${kind}s/${encodeURIComponent(id)}/poster?w=${WIDTHS[size]}`;
  if (isMissing)
    return (
      <span className={`${styles.poster} ${styles[size]} ${styles[`tone${getTone(id)}`]}`} aria-hidden>
        {getInitials(name)}
      </span>
    );
  return (
    <img
      key={address}
      className={`${styles.poster} ${styles[size]}`}
      src={address}
      alt=""
      loading="lazy"
      decoding="async"
      onError={() => setMissing(true)}
    />
  );
}

const TONES = 6;

function getTone(id: string): number {
  return [...id].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997, 7) % TONES;
}

/** First letters of the first two words without digits: `0019 european 20 female` gives `EF`. */
function getInitials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const letters = words.slice(0, 2).map((word) => [...word][0] ?? '');
  return letters.join('').toUpperCase() || [...name.trim()].slice(0, 2).join('');
}
