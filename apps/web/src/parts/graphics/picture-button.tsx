import type { ReactNode } from 'react';
import styles from './picture-button.module.css';

/** Properties of a picture that opens the viewer. */
export interface PictureButtonProps {
  /** Accessible name: the picture that opens. */
  readonly label: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

/** Picture that opens the viewer. */
export function PictureButton({ label, onClick, children }: PictureButtonProps) {
  return (
    <button type="button" className={styles.open} aria-label={label} onClick={onClick}>
      {children}
    </button>
  );
}
