import { Search } from 'lucide-react';
import { type RefObject, useEffect, useState } from 'react';
import styles from './search-field.module.css';

/** Properties of a search field. */
export interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  /** Called 250 ms after the last change. */
  readonly onSearch: (text: string) => void;
  readonly inputRef?: RefObject<HTMLInputElement | null>;
}

const TYPING_MS = 250;

/** Field for the text that a list is searched for. It follows its value when that changes elsewhere. */
export function SearchField({ label, value, onSearch, inputRef }: SearchFieldProps) {
  const [text, setText] = useState(value);
  const [shown, setShown] = useState(value);
  if (shown !== value) {
    setShown(value);
    setText(value);
  }
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onSearch(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, value, onSearch]);
  return (
    <div className={styles.search}>
      <Search size={16} aria-hidden />
      <input
        ref={inputRef}
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  );
}
