import { InvalidArgumentError } from 'commander';

/** Reads a whole number above 0. Thrown when it is none: InvalidArgumentError. */
export function parseWholeNumber(text: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (value >= 1) return value;
  throw new InvalidArgumentError('It must be a whole number above 0.');
}

/** Reads an amount of money above 0. Thrown when it is none: InvalidArgumentError. */
export function parseAmountUsd(text: string): number {
  const value = /^\d{1,9}(\.\d{1,4})?$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new InvalidArgumentError('It must be an amount above 0, e.g. 12.50.');
}

/** Reads one of a few words. Thrown when it is none: InvalidArgumentError. */
export function parseChoice<const T extends string>(...words: readonly T[]) {
  return (text: string): T => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`It must be one of ${words.join(', ')}.`);
  };
}

/** Collects an option that may come several times. */
export function collectValues(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

export type Assignments = Readonly<Record<string, string | number | boolean>>;

function parseValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** Collects `name=value`; numbers and yes or no are read as such. */
export function collectAssignments(text: string, before: Assignments = {}): Assignments {
  const [name = '', ...rest] = text.split('=');
  if (name.trim() === '' || rest.length === 0) throw new InvalidArgumentError('It must be name=value.');
  return { ...before, [name.trim()]: parseValue(rest.join('=')) };
}

/** The fields that hold something. */
export function omitUndefined<T extends object>(fields: T) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
