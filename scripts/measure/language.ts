/** Groups of words that replace nouns and verbs of the field; the rule is in `CONTRIBUTING.md`. */
const WORD_GROUPS = {
  'relative pronouns': /\b(?:what|who|whom|whose)\b/gi,
  'indefinite pronouns':
    /\b(?:no ?body|nothing|another|one|ones|none|whoever|whatever|anyone|anybody|anything|everyone|everybody|everything|someone|somebody|something)\b/gi,
  'tell, told, say, word': /\b(?:tell|tells|told|telling|say|says|said|saying|word|words)\b/gi,
} as const;

/** Name of a group of words. */
export type WordGroup = keyof typeof WORD_GROUPS;

/** Number of words in a set of texts, and how many of them belong to each group. */
export interface WordCount {
  readonly words: number;
  readonly perThousand: Readonly<Record<WordGroup, number>>;
}

const WORD = /[\p{L}\p{N}_'’-]+/gu;

function countMatches(texts: readonly string[], pattern: RegExp): number {
  return texts.reduce((sum, text) => sum + (text.match(pattern)?.length ?? 0), 0);
}

/** Counts the words of the texts; identifiers and code in backticks are no prose and are left out. */
export function countWords(texts: readonly string[]): WordCount {
  const prose = texts.map((text) => text.replace(/```[\s\S]*?```|`[^`]*`/g, ' '));
  const words = countMatches(prose, WORD);
  const entries = Object.entries(WORD_GROUPS).map(([group, pattern]) => [
    group,
    words === 0 ? 0 : (1_000 * countMatches(prose, pattern)) / words,
  ]);
  return { words, perThousand: Object.fromEntries(entries) as WordCount['perThousand'] };
}

/** Citations of documents that are not in the repository. */
const CITATION = /\b(?:SPEC|DESIGN|STYLE|STUDIO|HOUSE)(?:\.md)? (?:§|\d)|\breference\/[\w.-]+|\bseeds? 00\d/g;

/** Finds citations of absent documents in a text. */
export function findCitations(text: string): readonly string[] {
  return text.match(CITATION) ?? [];
}

/** Words that names and comments do not use; `docs/glossary.md` has the term for each. */
const REFUSED_WORDS = [
  'purse',
  'errand',
  'hurry',
  'wish',
  'reborn',
  'untold',
  'yard',
  'heart',
  'disown',
  'whoever',
  'nobody',
  'somebody',
  'stormy',
  'diary',
  'stranger',
] as const;

const REFUSED = new RegExp(`^(?:${REFUSED_WORDS.join('|')})(?:s|es|ed)?$`, 'i');

/** Splits an identifier into its words: `orphanedRunId` gives orphaned, Run, Id. */
function splitIdentifier(name: string): readonly string[] {
  return name.split(/[_$\d-]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/).filter((part) => part !== '');
}

/** Finds refused words in an identifier. */
export function findRefusedInName(name: string): readonly string[] {
  return splitIdentifier(name).filter((part) => REFUSED.test(part));
}

/** Finds refused words in a comment. */
export function findRefusedInComment(text: string): readonly string[] {
  return (text.match(WORD) ?? []).filter((word) => REFUSED.test(word));
}
