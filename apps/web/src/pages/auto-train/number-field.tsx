import { useEffect, useId, useRef, useState } from 'react';
import styles from './plan-fields.module.css';

/** Properties of a number field. */
export interface NumberFieldProps {
  readonly label: string;
  readonly unit?: string;
  readonly hint: string;
  /** The value of the address. */
  readonly value: number | undefined;
  /** Reads a typed text; undefined for a text that is no such number. */
  readonly parse: (text: string) => number | undefined;
  readonly error: string | undefined;
  /** Why the field does not apply. */
  readonly unavailable?: string | undefined;
  readonly onChange: (value: number | undefined) => void;
}

/** A change is applied this long after the last key. */
const PAUSE_MS = 250;

/** Field for a number: the typed text stays until the focus leaves; a readable number is applied after 250 ms without a key. */
export function NumberField(props: NumberFieldProps) {
  const { label, unit, hint, error, unavailable } = props;
  const id = useId();
  const { text, isUnreadable, onType, onLeave } = useDraft(props);
  const fault = isUnreadable ? 'This is not a number that fits here.' : error;
  const isFaulty = unavailable === undefined && fault !== undefined;
  return (
    <div className={styles.field}>
      <label htmlFor={id}>
        {label}
        {unit && <span className="faint"> {unit}</span>}
      </label>
      <input
        id={id}
        inputMode="decimal"
        autoComplete="off"
        value={text}
        aria-disabled={unavailable !== undefined || undefined}
        readOnly={unavailable !== undefined}
        aria-invalid={isFaulty || undefined}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onType(event.target.value)}
        onBlur={onLeave}
      />
      <p id={`${id}-hint`} className={isFaulty ? styles.error : styles.hint}>
        {unavailable ?? fault ?? hint}
      </p>
    </div>
  );
}

/** The typed text of a field; undefined outside of editing, when the field shows its value. */
function useDraft({ value, parse, onChange }: Pick<NumberFieldProps, 'value' | 'parse' | 'onChange'>) {
  const [draft, setDraft] = useState<string>();
  const isUnreadable = draft !== undefined && draft.trim() !== '' && parse(draft) === undefined;
  const apply = useRef(onChange);
  apply.current = onChange;
  useEffect(() => {
    if (draft === undefined || isUnreadable) return;
    const timer = setTimeout(() => apply.current(parse(draft)), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft, isUnreadable, parse]);
  return {
    text: draft ?? (value === undefined ? '' : String(value)),
    isUnreadable,
    onType: setDraft,
    onLeave: () => {
      if (draft === undefined || isUnreadable) return;
      onChange(parse(draft));
      setDraft(undefined);
    },
  };
}
