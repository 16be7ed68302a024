import type { WordGroup } from './language.ts';
import type { Finding, Measurement } from './measure.ts';

/** Largest share of each group of words, per 1 000 words: the worst of ten code bases of the field. */
export const WORD_LIMITS: Readonly<Record<WordGroup, number>> = {
  'relative pronouns': 3.5,
  'indefinite pronouns': 9.4,
  'tell, told, say, word': 0.7,
};

/** Folders that may hold fewer than three source files, each with its reason. */
const SMALL_FOLDERS: Readonly<Record<string, string>> = {
  'packages/application/src/gate': 'the preparation of a dispatch probes the object store without the gate',
  'packages/application/src/webhooks': 'webhooks and the tunnel that they arrive by are two nouns',
  'packages/domain/src/hyperparameters':
    'the resolution imports fields and policies; below them it would make a circle',
  'packages/domain/src/hyperparameters/fields': 'policies and resolution share the fields',
};

/** Folders of which each page has one, however small the page is. */
const PAGE_FOLDER = /^apps\/web\/src\/pages\/[^/]+$/;

const FUNCTIONS_NAMED_OF = 10;

/** Lists each broken rule with its place. */
export function findBrokenRules(measurement: Measurement): readonly string[] {
  const { functionsNamedOf } = measurement;
  return [
    ...findWordRules('comments', measurement.comments),
    ...findWordRules('documents', measurement.documents),
    ...measurement.circles.map(
      ({ package: name, folders }) => `${name}  circle of folders: ${folders.join(', ')}`,
    ),
    ...findSmallFolders(measurement),
    ...list('file is too long', measurement.longFiles),
    ...list('function is too long', measurement.longFunctions),
    ...list('exported name without docstring', measurement.undocumentedExports),
    ...list('citation of a document that is not in the repository', measurement.citations),
    ...list('refused word', measurement.refusedWords),
    ...(functionsNamedOf.length > FUNCTIONS_NAMED_OF
      ? list('function named somethingOf', functionsNamedOf)
      : []),
  ];
}

function list(rule: string, findings: readonly Finding[]): readonly string[] {
  return findings.map(({ path, line, text }) => `${path}:${line}  ${rule}: ${text}`);
}

function findWordRules(place: string, { perThousand }: Measurement['comments']): readonly string[] {
  return (Object.entries(WORD_LIMITS) as [WordGroup, number][])
    .filter(([group, limit]) => perThousand[group] > limit)
    .map(
      ([group, limit]) =>
        `${place}  ${group}: ${perThousand[group].toFixed(1)} per 1 000 words, limit ${limit}`,
    );
}

function findSmallFolders({ filesPerFolder }: Measurement): readonly string[] {
  return [...filesPerFolder]
    .filter(([folder, count]) => count < 3 && !folder.endsWith('/src') && !PAGE_FOLDER.test(folder))
    .filter(([folder]) => SMALL_FOLDERS[folder] === undefined)
    .map(([folder, count]) => `${folder}  folder of fewer than three source files: ${count}`);
}
