/**
 * The layout of trainings and batches in Redis. It is raised when an older process would misread a document; documents of
 * a different layout are refused by name, neither read nor overwritten.
 */
export const LAYOUT = 2;

/** The JSON of a document with its layout. */
export function toDocument(value: object): string {
  return JSON.stringify({ layout: LAYOUT, ...value });
}

/** Parses a JSON object. Throws the error that `toError` makes of a fault, e.g. «it is not JSON». */
export function parseObject(
  text: string,
  toError: (fault: string, options?: ErrorOptions) => Error,
): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw toError('it is not JSON', { cause: error });
  }
  if (typeof value !== 'object' || value === null) throw toError('it is not a JSON object');
  return value as Readonly<Record<string, unknown>>;
}

/** Parses a document of {@link toDocument}. Throws the error of `toError` for a different or missing layout. */
export function parseDocument(
  text: string,
  toError: (fault: string, options?: ErrorOptions) => Error,
): Readonly<Record<string, unknown>> {
  const { layout, ...document } = parseObject(text, toError);
  if (layout === LAYOUT) return document;
  const found = layout === undefined ? 'no layout' : `layout ${JSON.stringify(layout)}`;
  throw toError(
    `it has ${found}; this version reads layout ${LAYOUT}: run the version that wrote it, or start with an empty Redis`,
  );
}
