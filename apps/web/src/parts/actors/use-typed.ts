import { useEffect, useState } from 'react';

const TYPING_MS = 250;

/**
 * Text of a field whose value is used 250 ms after the last change, for example in the address. A value that changes
 * elsewhere replaces the text; the echo of the own text does not, so that no character is lost while the person types.
 * @param onSettle receives the trimmed text
 */
export function useTyped(value: string, onSettle: (text: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState({ value, sent: value });
  if (known.value !== value) {
    setKnown({ value, sent: value });
    if (known.sent !== value) setText(value);
  }
  useEffect(() => {
    const settled = text.trim();
    if (settled === value) return;
    const timer = setTimeout(() => {
      setKnown((each) => ({ ...each, sent: settled }));
      onSettle(settled);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, value, onSettle]);
  return [text, setText];
}
