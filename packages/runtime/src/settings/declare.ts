import { z } from 'zod';

/** Under which heading a setting stands in the documentation. */
export type SettingGroup =
  | 'Compute'
  | 'Redis'
  | 'Object store'
  | 'HTTP'
  | 'Trainings'
  | 'Container'
  | 'Notifications'
  | 'Budgets'
  | 'Process'
  | 'Command line'
  | 'Hyperparameters';

/** What is told of a setting beside its rule. */
export interface SettingFacts {
  readonly group: SettingGroup;
  readonly about: string;
  /** Other names that are read when the first is empty, in this order (SPEC §14: the seeds' names). */
  readonly aliases?: readonly string[];
  /** The text that counts when nothing is set. */
  readonly fallback?: string;
  /** Its value appears in no log, message or listing. */
  readonly secret?: boolean;
  /** What is said when it is missing; a setting with this text is required. */
  readonly missing?: string;
  /** What the example file shows for one without a default. */
  readonly example?: string;
}

const facts = z.registry<SettingFacts>();

/** The facts that were told of a setting. */
export function getSettingFacts(schema: z.core.$ZodType): SettingFacts | undefined {
  return facts.get(schema);
}

/** A setting that must be given. */
export function required<T extends z.ZodType>(
  type: T,
  settingFacts: SettingFacts & { readonly missing: string },
): T {
  const schema = type.clone();
  facts.add(schema, settingFacts);
  return schema;
}

/** A setting with a default, written as a person would write it. */
export function defaulted<T extends z.ZodType<unknown, string>>(
  type: T,
  fallback: string,
  settingFacts: SettingFacts,
): z.ZodPrefault<T> {
  const schema = type.prefault(fallback as z.input<T>);
  facts.add(schema, { ...settingFacts, fallback });
  return schema;
}

/** A setting that may be absent. */
export function optional<T extends z.ZodType>(type: T, settingFacts: SettingFacts): z.ZodOptional<T> {
  const schema = type.optional();
  facts.add(schema, settingFacts);
  return schema;
}
