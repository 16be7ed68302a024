import type { z } from 'zod';
import { getSettingFacts } from './declare.ts';
import { SettingsError } from './error.ts';

/** Where settings come from: an environment. */
export type SettingsSource = Readonly<Record<string, string | undefined>>;

interface SettingValue {
  readonly name: string;
  readonly value: string;
}

/**
 * Reads settings by their schema; an empty value counts as not set, and aliases are tried in their order. Pure.
 * Throws {@link SettingsError} with every fault at once; no message holds a value.
 */
export function parseEnv<S extends z.ZodRawShape>(
  schema: z.ZodObject<S>,
  source: SettingsSource,
): z.output<z.ZodObject<S>> {
  const types = schema.shape as unknown as Readonly<Record<string, z.ZodType>>;
  const valuesByName = Object.entries(types).map(
    ([name, type]) => [name, findValue(name, type, source)] as const,
  );
  const found = new Map(valuesByName);
  const values = valuesByName.flatMap(([name, each]) => (each ? [[name, each.value] as const] : []));
  const read = schema.safeParse(Object.fromEntries(values));
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    return toFault(name, types[name], found.get(name), message);
  });
  throw new SettingsError(faults);
}

/** The first of a setting's names that holds more than blanks. */
function findValue(name: string, schema: z.ZodType, source: SettingsSource): SettingValue | undefined {
  const names = [name, ...(getSettingFacts(schema)?.aliases ?? [])];
  const found = names.find((each) => (source[each]?.trim() ?? '') !== '');
  return found === undefined ? undefined : { name: found, value: source[found]?.trim() ?? '' };
}

function toFault(
  name: string,
  schema: z.ZodType | undefined,
  setting: SettingValue | undefined,
  message: string,
) {
  const missing = schema && getSettingFacts(schema)?.missing;
  if (setting !== undefined) return { name: setting.name, message: `${setting.name} ${message}` };
  return { name, message: missing ?? `${name} ${message}` };
}
