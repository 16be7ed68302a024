import { useCallback } from 'react';
import { readInteger } from '../../../api/search-codec.ts';
import { useTyped } from '../../../parts/actors/use-typed.ts';
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
  const setMin = useCallback((min_age: number | undefined) => onChange({ min_age }), [onChange]);
  const setMax = useCallback((max_age: number | undefined) => onChange({ max_age }), [onChange]);
  return (
    <div className={styles.age}>
      <span className="faint small" aria-hidden="true">
        Age
      </span>
      <div className={styles.range}>
        <AgeField label="Age from" value={min} onChange={setMin} />
        <span className="faint" aria-hidden="true">
          –
        </span>
        <AgeField label="Age to" value={max} onChange={setMax} />
      </div>
    </div>
  );
}

interface AgeFieldProps {
  readonly label: string;
  readonly value: number | undefined;
  readonly onChange: (age: number | undefined) => void;
}

function AgeField({ label, value, onChange }: AgeFieldProps) {
  const onSettle = useCallback((text: string) => onChange(readInteger(text, 0, 200)), [onChange]);
  const [text, setText] = useTyped(String(value ?? ''), onSettle);
  return (
    <input
      type="number"
      inputMode="numeric"
      min={0}
      max={200}
      aria-label={label}
      aria-invalid={(text !== '' && readInteger(text, 0, 200) === undefined) || undefined}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}
