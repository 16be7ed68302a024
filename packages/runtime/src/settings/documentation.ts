import { DEFAULT_HYPERPARAMETER_SETTINGS } from '@trainyard/domain';
import type { z } from 'zod';
import { getSettingFacts, type SettingFacts, type SettingGroup } from '../env/declare.ts';
import { clientSettingsSchema, settingsSchema } from './schema.ts';

/** A setting with its documentation. */
export interface SettingEntry extends SettingFacts {
  readonly name: string;
}

/** The documentation of every setting, in the order of the pages. */
export function settingEntries(): readonly SettingEntry[] {
  const shape: Readonly<Record<string, z.ZodType>> = {
    ...settingsSchema.shape,
    ...clientSettingsSchema.shape,
  };
  const documented = Object.entries(shape).flatMap(([name, type]) => {
    const facts = getSettingFacts(type);
    return facts ? [{ name, ...facts }] : [];
  });
  return [...documented, ...HYPERPARAMETER_SETTINGS];
}

/** The text of `.env.example`: every setting with its description and default; required settings are uncommented. */
export function envExample(): string {
  const head =
    '# Every setting of Trainyard. `# NAME=value` shows a default, `# NAME=   # for example …` a setting without one, and NAME= is required.';
  const parts = groupEntries(settingEntries()).map(([group, entries]) =>
    [
      `# --- ${group} ---`,
      ...entries.flatMap((entry) => [toExampleComment(entry), toExampleLine(entry)]),
    ].join('\n'),
  );
  return `${[head, ...parts].join('\n\n')}\n`;
}

/** The settings in Markdown: a table for each group. */
export function settingsTable(): string {
  return groupEntries(settingEntries())
    .map(([group, entries]) => {
      const rows = entries.map(
        ({ name, aliases = [], fallback, missing, description }) =>
          `| \`${name}\`${aliases.map((alias) => `, else \`${alias}\``).join('')} | ${
            fallback === undefined ? (missing === undefined ? '–' : '*required*') : `\`${fallback}\``
          } | ${description} |`,
      );
      return [`## ${group}`, '', '| Setting | Default | Description |', '| --- | --- | --- |', ...rows].join(
        '\n',
      );
    })
    .join('\n\n');
}

function groupEntries(
  entries: readonly SettingEntry[],
): readonly (readonly [SettingGroup, readonly SettingEntry[]])[] {
  return [...Map.groupBy(entries, ({ group }) => group)];
}

function toExampleLine({ name, fallback, missing, example }: SettingEntry): string {
  if (fallback !== undefined) return `# ${name}=${fallback}`;
  if (example !== undefined) return `# ${name}=   # for example ${example}`;
  return missing === undefined ? `# ${name}=` : `${name}=`;
}

function toExampleComment({ description, aliases = [], missing }: SettingEntry): string {
  return [
    `# ${description}`,
    ...(missing ? ['Required.'] : []),
    ...(aliases.length > 0 ? [`Aliases: ${aliases.join(', ')}.`] : []),
  ].join(' ');
}

const { style, actor } = DEFAULT_HYPERPARAMETER_SETTINGS;

function createEntry(name: string, fallback: number, description: string): SettingEntry {
  return { name, fallback: String(fallback), description, group: 'Hyperparameters' };
}

/** The numbers of the policy `image-count`; the domain parses them. */
const HYPERPARAMETER_SETTINGS = [
  createEntry('SB_HP_STYLE_LR', style.learningRate, 'Learning rate of styles.'),
  createEntry('SB_HP_STYLE_SPI', style.stepsPerImage, 'Steps per image of styles.'),
  createEntry('SB_HP_STYLE_MIN', style.minSteps, 'Lowest number of steps of styles.'),
  createEntry('SB_HP_STYLE_MAX', style.maxSteps, 'Highest number of steps of styles.'),
  createEntry('SB_HP_ACTOR_LR_T1', actor.tier1LearningRate, 'Learning rate of actors in tier 1.'),
  createEntry('SB_HP_ACTOR_LR_T2', actor.tier2LearningRate, 'Learning rate of actors in tier 2.'),
  createEntry('SB_HP_ACTOR_LR_T3', actor.tier3LearningRate, 'Learning rate of actors in tier 3.'),
  createEntry('SB_HP_ACTOR_T1_MAX', actor.tier1MaxImages, 'Highest number of images of tier 1.'),
  createEntry('SB_HP_ACTOR_T2_MAX', actor.tier2MaxImages, 'Highest number of images of tier 2.'),
  createEntry('SB_HP_ACTOR_SPI', actor.stepsPerImage, 'Steps per image of actors.'),
  createEntry('SB_HP_ACTOR_MIN', actor.minSteps, 'Lowest number of steps of actors.'),
  createEntry('SB_HP_ACTOR_MAX', actor.maxSteps, 'Highest number of steps of actors.'),
] as const;
