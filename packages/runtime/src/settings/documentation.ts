import type { z } from 'zod';
import { getSettingFacts, type SettingFacts, type SettingGroup } from './declare.ts';
import { clientSettingsSchema, settingsSchema } from './schema.ts';
import { HYPERPARAMETER_SETTINGS } from './sections/hyperparameters.ts';

/** A setting as it is told of. */
export interface SettingEntry extends SettingFacts {
  readonly name: string;
}

/** Every setting with its facts, in order. */
export function settingEntries(): readonly SettingEntry[] {
  const shape: Readonly<Record<string, z.ZodType>> = {
    ...settingsSchema.shape,
    ...clientSettingsSchema.shape,
  };
  const types = Object.entries(shape);
  const documented = types.flatMap(([name, type]) => {
    const facts = getSettingFacts(type);
    return facts ? [{ name, ...facts }] : [];
  });
  return [...documented, ...HYPERPARAMETER_SETTINGS];
}

function groupEntries(
  entries: readonly SettingEntry[],
): readonly (readonly [SettingGroup, readonly SettingEntry[]])[] {
  return [...Map.groupBy(entries, ({ group }) => group)];
}

/** The settings as a table in Markdown for each group; what a person looks a setting up in. */
export function settingsTable(): string {
  return groupEntries(settingEntries())
    .map(([group, entries]) => {
      const rows = entries.map(
        ({ name, aliases = [], fallback, missing, about }) =>
          `| \`${name}\`${aliases.map((alias) => `, else \`${alias}\``).join('')} | ${
            fallback === undefined ? (missing === undefined ? '–' : '*required*') : `\`${fallback}\``
          } | ${about} |`,
      );
      return [`## ${group}`, '', '| Setting | Default | |', '| --- | --- | --- |', ...rows].join('\n');
    })
    .join('\n\n');
}

function toExampleLine({ name, fallback, missing, example }: SettingEntry): string {
  if (fallback !== undefined) return `# ${name}=${fallback}`;
  return missing === undefined || example !== undefined ? `# ${name}=${example ?? ''}` : `${name}=`;
}

function toExampleComment({ about, aliases = [], missing }: SettingEntry): string {
  return [
    `# ${about}`,
    ...(missing ? ['Required.'] : []),
    ...(aliases.length > 0 ? [`Also read: ${aliases.join(', ')}.`] : []),
  ].join(' ');
}

/** The text of `.env.example`: every setting with its default; what only you can know is uncommented. */
export function envExample(): string {
  const head =
    '# Every setting of Trainyard. A line with # before it shows the default, or an example where there is none.';
  const parts = groupEntries(settingEntries()).map(([group, entries]) =>
    [
      `# --- ${group} ---`,
      ...entries.flatMap((entry) => [toExampleComment(entry), toExampleLine(entry)]),
    ].join('\n'),
  );
  return `${[head, ...parts].join('\n\n')}\n`;
}
