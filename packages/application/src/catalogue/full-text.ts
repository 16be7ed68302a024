interface SearchableEntry {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
}

/** The texts of a list as one, and where each begins in it: one search finds the next entry that holds a word. */
interface TextIndex {
  readonly text: string;
  readonly offsets: readonly number[];
}

const indexCache = new WeakMap<readonly SearchableEntry[], TextIndex>();
/** The entries of which id, name or description hold every word, in either case. */
export function searchFullText<T extends SearchableEntry>(list: readonly T[], words: string): readonly T[] {
  const textIndex = getTextIndex(list);
  const wanted = words.toLowerCase().split(/\s+/u).filter(Boolean);
  const matches = wanted.map((word) => findMatches(textIndex, word)).sort((a, b) => a.length - b.length);
  const [fewest = [], ...others] = matches;
  const rest = others.map((indexes) => new Set(indexes));
  return fewest
    .filter((index) => rest.every((indexes) => indexes.has(index)))
    .flatMap((index) => list[index] ?? []);
}

function getTextIndex(list: readonly SearchableEntry[]): TextIndex {
  const text = indexCache.get(list) ?? buildTextIndex(list);
  indexCache.set(list, text);
  return text;
}

/** Blanks between fields and a line of its own for each entry: no word reaches from one into the next. */
function buildTextIndex(list: readonly SearchableEntry[]): TextIndex {
  const lines = list.map(({ id, name, description = '' }) =>
    `${id} ${name} ${description}`.toLowerCase().replaceAll('\n', ' '),
  );
  let end = 0;
  const offsets = lines.map((line) => {
    const start = end;
    end += line.length + 1;
    return start;
  });
  return { text: lines.join('\n'), offsets };
}

/** The places of the entries that hold this word, in order. */
function findMatches({ text, offsets }: TextIndex, word: string): readonly number[] {
  const indexes: number[] = [];
  let index = 0;
  for (let at = text.indexOf(word); at >= 0; ) {
    while ((offsets[index + 1] ?? Number.POSITIVE_INFINITY) <= at) index += 1;
    indexes.push(index);
    const next = offsets[index + 1];
    at = next === undefined ? -1 : text.indexOf(word, next);
  }
  return indexes;
}
