import type { z } from 'zod';
import { getSettingFacts } from './declare.ts';
import { findCharacterFault, toValue } from './value.ts';

/** The source of settings: an environment. */
export type SettingsSource = Readonly<Record<string, string | undefined>>;

/** A setting that cannot be used. The message is a whole sentence and never contains the value of a secret. */
export interface SettingFault {
  readonly name: string;
  readonly message: string;
}

/** Thrown when settings are missing, invalid or contradictory; lists every fault. */
export class SettingsError extends Error {
  readonly code = 'invalid_settings';
  readonly retryable = false;
  readonly faults: readonly SettingFault[];
  constructor(faults: readonly SettingFault[]) {
    super(faults.map(({ message }) => message).join('\n'));
    this.name = new.target.name;
    this.faults = faults;
  }
}

interface SettingValue {
  readonly name: string;
  readonly value: string;
}

/**
 * Parses settings by their schema. Quotation marks around a value are removed, an empty value counts as missing, and
 * aliases are read in their order. Pure. Throws {@link SettingsError} with every fault; messages contain no values.
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
  const values = valuesByName.flatMap(([name, entry]) => (entry ? [[name, entry.value] as const] : []));
  const characterFaults = [...found].flatMap(([name, entry]) => findCharacterFaults(name, entry));
  const parsed = schema.safeParse(Object.fromEntries(values));
  if (parsed.success && characterFaults.length === 0) return parsed.data;
  const reported = new Set(characterFaults.map(({ schemaName }) => schemaName));
  const faults = (parsed.error?.issues ?? []).flatMap(({ path, message }) => {
    const name = String(path[0]);
    return reported.has(name) ? [] : [toFault(name, types[name], found.get(name), message)];
  });
  throw new SettingsError([...characterFaults.map(({ fault }) => fault), ...faults]);
}

function findCharacterFaults(schemaName: string, setting: SettingValue | undefined) {
  const message = setting && findCharacterFault(setting.value);
  if (setting === undefined || message === undefined) return [];
  return [{ schemaName, fault: { name: setting.name, message: `${setting.name} ${message}` } }];
}

/** The value of the first name of a setting that is not blank. */
function findValue(name: string, schema: z.ZodType, source: SettingsSource): SettingValue | undefined {
  const names = [name, ...(getSettingFacts(schema)?.aliases ?? [])];
  const found = names.find((each) => toValue(source[each]) !== '');
  return found === undefined ? undefined : { name: found, value: toValue(source[found]) };
}

function toFault(
  name: string,
  schema: z.ZodType | undefined,
  setting: SettingValue | undefined,
  message: string,
): SettingFault {
  const missing = schema && getSettingFacts(schema)?.missing;
  if (setting !== undefined) return { name: setting.name, message: `${setting.name} ${message}` };
  return { name, message: missing ?? `${name} ${message}` };
}
