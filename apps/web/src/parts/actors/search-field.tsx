import { Search } from 'lucide-react';
import type { RefObject } from 'react';
import styles from './search-field.module.css';
import { useTyped } from './use-typed.ts';

/** Properties of a search field. */
export interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  /** Called with the trimmed text 250 ms after the last change. */
  readonly onSearch: (text: string) => void;
  readonly inputRef?: RefObject<HTMLInputElement | null>;
}

/** Field for the text that a list is searched for. It follows its value when that changes elsewhere. */
export function SearchField({ label, value, onSearch, inputRef }: SearchFieldProps) {
  const [text, setText] = useTyped(value, onSearch);
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
