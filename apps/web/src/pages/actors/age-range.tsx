import { useEffect, useState } from 'react';
import { readInteger } from '../../api/search-codec.ts';
import styles from './filters.module.css';
import type { ActorsSearch } from './search.ts';

/** Properties of the filter by age. */
export interface AgeRangeProps {
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly onChange: (change: Pick<ActorsSearch, 'min_age' | 'max_age'>) => void;
}

/** Filter by age: two whole numbers, each of which may be empty. */
export function AgeRange({ min, max, onChange }: AgeRangeProps) {
  return (
    <div className={styles.age}>
      <span className="faint small" aria-hidden="true">
        Age
      </span>
      <div className={styles.range}>
        <AgeField label="Age from" value={min} onChange={(min_age) => onChange({ min_age })} />
        <span className="faint" aria-hidden="true">
          –
        </span>
        <AgeField label="Age to" value={max} onChange={(max_age) => onChange({ max_age })} />
      </div>
    </div>
  );
}

interface AgeFieldProps {
  readonly label: string;
  readonly value: number | undefined;
  readonly onChange: (age: number | undefined) => void;
}

const TYPING_MS = 250;

function AgeField({ label, value, onChange }: AgeFieldProps) {
  const [text, setText] = useState(String(value ?? ''));
  const [shown, setShown] = useState(value);
  if (shown !== value) {
    setShown(value);
    setText(String(value ?? ''));
  }
  useEffect(() => {
    const age = readInteger(text, 0, 200);
    if (age === value) return;
    const timer = setTimeout(() => onChange(age), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <input
      type="number"
      inputMode="numeric"
      min={0}
      max={200}
      aria-label={label}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}
