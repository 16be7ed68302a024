import { InvalidArgumentError } from 'commander';

/** Parses a whole number above 0. Throws InvalidArgumentError. */
export function parseWholeNumber(text: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (value >= 1) return value;
  throw new InvalidArgumentError('must be a whole number of 1 or more');
}

/** Parses an amount in USD above 0. Throws InvalidArgumentError. */
export function parseAmountUsd(text: string): number {
  const value = /^\d{1,9}(\.\d{1,4})?$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new InvalidArgumentError('must be an amount above 0, such as 12.50');
}

/** Creates a parser for a fixed set of values. The parser throws InvalidArgumentError. */
export function parseChoice<const T extends string>(...choices: readonly T[]) {
  return (text: string): T => {
    const found = choices.find((choice) => choice === text);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`is unknown; use ${choices.join(', ')}`);
  };
}

/** Collects the values of a repeatable option. */
export function collectValues(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** Values of `--set` by name. */
export type Assignments = Readonly<Record<string, string | number | boolean>>;

function parseValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** Collects `name=value` pairs; numbers and booleans are parsed. Throws InvalidArgumentError. */
export function collectAssignments(text: string, before: Assignments = {}): Assignments {
  const [name = '', ...rest] = text.split('=');
  if (name.trim() === '' || rest.length === 0)
    throw new InvalidArgumentError('must have the form name=value');
  return { ...before, [name.trim()]: parseValue(rest.join('=')) };
}
