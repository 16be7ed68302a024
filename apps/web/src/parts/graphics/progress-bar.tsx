import styles from './progress-bar.module.css';

/** Properties of a progress bar. */
export interface ProgressBarProps {
  /** Accessible name: what progresses. */
  readonly label: string;
  /** Share that is done, 0 to 1; absent while it is unknown. */
  readonly value?: number | undefined;
  /** The visible text that the bar stands for. */
  readonly text: string;
}

/** Progress of a run as a bar; without a value it is indeterminate. */
export function ProgressBar({ label, value, text }: ProgressBarProps) {
  const share = value === undefined ? undefined : Math.min(1, Math.max(0, value));
  return (
    <div
      role="progressbar"
      className={styles.bar}
      aria-label={label}
      aria-valuetext={text}
      {...(share !== undefined && {
        ...{ 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': Math.round(share * 100) },
      })}
    >
      <div
        className={share === undefined ? styles.unknown : styles.done}
        style={share === undefined ? undefined : { transform: `scaleX(${share})` }}
      />
    </div>
  );
}
