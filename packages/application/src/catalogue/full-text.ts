interface Searched {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
}

/** The texts of a list as one, and where each begins in it: one search finds the next entry that holds a word. */
interface Text {
  readonly whole: string;
  readonly starts: readonly number[];
}

const texts = new WeakMap<readonly Searched[], Text>();
const textOf = (list: readonly Searched[]): Text => {
  const text = texts.get(list) ?? joined(list);
  texts.set(list, text);
  return text;
};

/** Blanks between fields and a line of its own for each entry: no word reaches from one into the next. */
const joined = (list: readonly Searched[]): Text => {
  const lines = list.map(({ id, name, description = '' }) =>
    `${id} ${name} ${description}`.toLowerCase().replaceAll('\n', ' '),
  );
  let end = 0;
  const starts = lines.map((line) => {
    const start = end;
    end += line.length + 1;
    return start;
  });
  return { whole: lines.join('\n'), starts };
};

/** The places of the entries that hold this word, in order. */
const placesOf = ({ whole, starts }: Text, word: string): readonly number[] => {
  const places: number[] = [];
  let place = 0;
  for (let at = whole.indexOf(word); at >= 0; ) {
    while ((starts[place + 1] ?? Number.POSITIVE_INFINITY) <= at) place += 1;
    places.push(place);
    const next = starts[place + 1];
    at = next === undefined ? -1 : whole.indexOf(word, next);
  }
  return places;
};

/** The entries of which id, name or description hold every word, in either case. */
export const search = <T extends Searched>(list: readonly T[], words: string): readonly T[] => {
  const text = textOf(list);
  const wanted = words.toLowerCase().split(/\s+/u).filter(Boolean);
  const hits = wanted.map((word) => placesOf(text, word)).sort((a, b) => a.length - b.length);
  const [fewest = [], ...others] = hits;
  const rest = others.map((places) => new Set(places));
  return fewest
    .filter((place) => rest.every((places) => places.has(place)))
    .flatMap((place) => list[place] ?? []);
};
