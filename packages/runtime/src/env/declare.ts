import type { z } from 'zod';

/** The heading of a setting in the documentation. */
export type SettingGroup =
  | 'Compute'
  | 'Redis'
  | 'Object store'
  | 'HTTP'
  | 'Limits'
  | 'Trainings'
  | 'Container'
  | 'Notifications'
  | 'Budgets'
  | 'Process'
  | 'Command line'
  | 'Hyperparameters';

/** The documentation of a setting, stored as zod metadata of its schema. */
export interface SettingFacts {
  readonly group: SettingGroup;
  /** One or more sentences for `.env.example` and docs/settings.md. */
  readonly description: string;
  /** Names that are read, in this order, when the first name is empty; the legacy tools used them. */
  readonly aliases?: readonly string[];
  /** The default as text. */
  readonly fallback?: string;
  /** The value is hidden in logs, messages and listings. */
  readonly secret?: boolean;
  /** The fault of a missing value; a setting with this text is required. */
  readonly missing?: string;
  /** The value in `.env.example` for a setting without a default. */
  readonly example?: string;
}

/** The documentation of a declared setting; undefined for a schema without documentation. */
export function getSettingFacts(schema: z.ZodType): SettingFacts | undefined {
  return schema.meta() as unknown as SettingFacts | undefined;
}

/** Declares a required setting. */
export function required<T extends z.ZodType>(
  type: T,
  facts: SettingFacts & { readonly missing: string },
): T {
  return type.meta({ ...facts });
}

/** Declares a setting with a default, given as the text of an environment variable. */
export function defaulted<T extends z.ZodType<unknown, string>>(
  type: T,
  fallback: string,
  facts: SettingFacts,
): z.ZodPrefault<T> {
  return type.prefault(fallback as z.input<T>).meta({ ...facts, fallback });
}

/** Declares an optional setting. */
export function optional<T extends z.ZodType>(type: T, facts: SettingFacts): z.ZodOptional<T> {
  return type.optional().meta({ ...facts });
}
