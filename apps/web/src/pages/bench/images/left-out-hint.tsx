import { Button } from '../../../parts/controls/button.tsx';
import styles from './images.module.css';
import type { LeftOut } from './left-out.ts';

interface LeftOutHintProps {
  readonly leftOut: LeftOut;
  /** Number of images of the actor. */
  readonly total: number;
}

/** How many images the next training uses, while it leaves some out. */
export function LeftOutHint({ leftOut: { uris, clear }, total }: LeftOutHintProps) {
  if (uris.size === 0) return null;
  return (
    <p className={styles.hint}>
      The next training uses {total - uris.size} of {total} images. The choice holds until the page is loaded
      again.
      <Button kind="quiet" onClick={clear}>
        Use all images
      </Button>
    </p>
  );
}
