/** Reads a limit as it was typed: an amount in USD, null for an empty field, `invalid` for everything else. */
export function readLimit(text: string): number | null | 'invalid' {
  const trimmed = text.trim().replace(/^\$\s*/, '');
  if (trimmed === '') return null;
  return /^\d{1,9}(?:[.,]\d{1,4})?$/.test(trimmed) ? Number(trimmed.replace(',', '.')) : 'invalid';
}
