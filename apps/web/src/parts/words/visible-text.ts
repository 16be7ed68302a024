/**
 * Shows the control characters of a text from outside as symbols, so that an escape sequence is visible and changes nothing;
 * characters that change the direction of the text are removed. Tab and line feed stay.
 */
export function toVisibleText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(/\p{Cc}/gu, toSymbol)
    .replace(/\p{Bidi_Control}/gu, '');
}

/** The symbol of a control character: ␛ for escape, � for those without a symbol. */
function toSymbol(character: string): string {
  if (character === '\t' || character === '\n') return character;
  return character < ' ' ? String.fromCodePoint(0x2400 + character.charCodeAt(0)) : '\ufffd';
}
