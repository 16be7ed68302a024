import { getManyValues, none } from 'stream-chain/defs.js';
import { jsonParser, type Token } from 'stream-json/core/parser.js';
import { stringer } from 'stream-json/core/stringer.js';

/** A field of a JSON object as JSON text. A text that was cut to its maximum length is no valid JSON. */
export interface FieldText {
  readonly text: string;
  readonly isCut: boolean;
}

/** Reader of some fields of a JSON object that arrives in chunks. */
export interface FieldReader {
  /** Reads the next chunk. Throws Error when the text is no JSON object, or is nested deeper than 200 levels. */
  write(chunk: Uint8Array): void;
  /** Ends the text and returns the fields; of a repeated field the last one. Throws Error when the text is incomplete. */
  end(): ReadonlyMap<string, FieldText>;
}

/** The parser keeps an entry per level, so that endless nesting would fill the memory. */
const MAX_DEPTH = 200;

/**
 * Reads some fields of a JSON object. Neither the other fields nor the rest of a long field are kept in memory.
 * @param maxLengths names of the fields, each with the maximum length of its JSON text in UTF-16 code units
 */
export function createFieldReader(maxLengths: Readonly<Record<string, number>>): FieldReader {
  const decoder = new TextDecoder();
  const parse = jsonParser({ packKeys: false, packValues: false });
  const collector = createCollector(new Map(Object.entries(maxLengths)));
  const readTokens = (tokens: ReturnType<typeof parse>): void => {
    if (tokens !== none) for (const token of getManyValues(tokens)) collector.read(token);
  };
  return {
    write: (chunk) => readTokens(parse(decoder.decode(chunk, { stream: true }))),
    end: () => {
      readTokens(parse(decoder.decode()));
      // The library ends a text by this symbol, which its types omit.
      readTokens(parse(none as never));
      return new Map([...collector.fields].map(([name, field]) => [name, field.toText()]));
    },
  };
}

interface Collector {
  readonly fields: ReadonlyMap<string, FieldWriter>;
  read(token: Token): void;
}

/** Follows the depth of the tokens, and passes the tokens of each wanted field to its writer. */
function createCollector(maxLengths: ReadonlyMap<string, number>): Collector {
  const fields = new Map<string, FieldWriter>();
  const longestName = Math.max(...[...maxLengths.keys()].map(({ length }) => length));
  let depth = 0;
  let name: string | undefined;
  let writer: FieldWriter | undefined;
  const readName = (token: Token): void => {
    if (token.name === 'stringChunk') name = `${name}${token.value}`.slice(0, longestName + 1);
    if (token.name !== 'endKey') return;
    const maxLength = maxLengths.get(name ?? '');
    writer = maxLength === undefined ? undefined : createFieldWriter(maxLength);
    if (writer) fields.set(name ?? '', writer);
    name = undefined;
  };
  return {
    fields,
    read: (token) => {
      if (depth === 0 && token.name !== 'startObject') throw new Error('the JSON text is no object');
      if (token.name === 'endObject' || token.name === 'endArray') depth -= 1;
      if (depth === 1 && token.name === 'startKey') name = '';
      else if (name !== undefined) readName(token);
      else if (depth > 0) writer?.write(token);
      if (token.name === 'startObject' || token.name === 'startArray') depth += 1;
      if (depth > MAX_DEPTH) throw new Error(`the JSON text is nested deeper than ${MAX_DEPTH} levels`);
    },
  };
}

interface FieldWriter {
  write(token: Token): void;
  toText(): FieldText;
}

function createFieldWriter(maxLength: number): FieldWriter {
  const stringify = stringer();
  let text = '';
  let isCut = false;
  return {
    write: (token) => {
      if (isCut) return;
      const part = stringify(token);
      if (part !== none) text += part;
      isCut = text.length > maxLength;
      if (isCut) text = text.slice(0, maxLength);
    },
    toText: () => ({ text, isCut }),
  };
}
