/** Returns a JSON object; undefined for any other value. */
export function toObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** Returns a text that is not blank; undefined for any other value. */
export function toText(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** Returns a number ≥ 0, also from text; undefined for NaN, infinities and any other value. */
export function toNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** Returns a whole number ≥ 0; undefined beyond 2^53, where JSON numbers lose precision. */
export function toCount(value: unknown): number | undefined {
  const number = toNumber(value);
  if (number === undefined) return undefined;
  const whole = Math.round(number);
  return Number.isSafeInteger(whole) ? whole : undefined;
}

/** Parses a text of JSON; returns any other value unchanged. Outputs and errors have both forms. */
export function unwrapJson(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{"]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** Returns the first of the given fields that is neither undefined nor null. */
export function findFirst(object: Readonly<Record<string, unknown>>, names: readonly string[]): unknown {
  return names.map((name) => object[name]).find((value) => value !== undefined && value !== null);
}
