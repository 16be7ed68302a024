import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  countWords,
  findCitations,
  findRefusedInComment,
  findRefusedInName,
  type WordCount,
} from './language.ts';
import { type Declaration, listDeclarations, listFunctions, listIdentifiers } from './names.ts';
import { getLine, isTest, listFiles, readSources, type SourceFile } from './sources.ts';
import { countFilesPerFolder, type FolderCircle, findFolderCircles, median } from './structure.ts';

/** A place in a file that breaks a rule. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** Figures of the structure and the language of a checkout. */
export interface Measurement {
  readonly comments: WordCount;
  readonly documents: WordCount;
  /** Words in docstrings of exported names. */
  readonly docstringWords: number;
  readonly undocumentedExports: readonly Finding[];
  readonly functionsNamedOf: readonly Finding[];
  readonly citations: readonly Finding[];
  readonly refusedWords: readonly Finding[];
  readonly circles: readonly FolderCircle[];
  readonly filesPerFolder: ReadonlyMap<string, number>;
  readonly sourceFiles: number;
  readonly sourceLines: number;
  readonly medianFileLines: number;
  readonly longFiles: readonly Finding[];
  readonly longFunctions: readonly Finding[];
  readonly medianFunctionLines: number;
}

/** Largest number of lines of a source file and of a function. */
const LIMITS = { fileLines: 250, functionLines: 40 } as const;

/** Files that hold the words themselves, as data. */
const WORD_FILES =
  /^(scripts\/(measure|gates)\/|packages\/redis\/src\/scripts\/)|^docs\/(glossary|compatibility)\.md$/;

interface Parsed {
  readonly source: SourceFile;
  readonly declarations: readonly Declaration[];
  readonly functions: readonly { readonly line: number; readonly lines: number }[];
}

/** Measures the checkout below `root`. Throws Error when a file cannot be parsed. */
export function measure(root: string): Measurement {
  const all = readSources(root);
  const sources = all.filter(({ path }) => !isTest(path));
  const parsed = sources.map((source) => ({
    source,
    declarations: listDeclarations(source),
    functions: listFunctions(source),
  }));
  return {
    ...measureLanguage(all, root),
    ...measureExports(parsed),
    ...measureSizes(parsed),
    circles: findFolderCircles(sources),
    filesPerFolder: countFilesPerFolder(sources),
  };
}

function measureLanguage(all: readonly SourceFile[], root: string) {
  const documents = readDocuments(root);
  const checked = all.filter(({ path }) => !WORD_FILES.test(path));
  const cited = documents.flatMap(({ path, text }) =>
    findCitations(text).map((hit) => ({ path, line: 1, text: hit })),
  );
  return {
    comments: countWords(all.flatMap(({ comments }) => comments.map(({ value }) => value))),
    documents: countWords(documents.map(({ text }) => text)),
    citations: [...findInComments(all, findCitations), ...cited].filter(({ path }) => !WORD_FILES.test(path)),
    refusedWords: [...findInComments(checked, findRefusedInComment), ...findRefusedNames(checked)],
  };
}

function measureExports(parsed: readonly Parsed[]) {
  const docstrings = parsed.flatMap(({ declarations }) =>
    declarations.flatMap(({ isExported, docstring }) => (isExported && docstring ? [docstring] : [])),
  );
  const isUndocumented = ({ isExported, docstring }: Declaration) => isExported && docstring === undefined;
  return {
    docstringWords: countWords(docstrings).words,
    undocumentedExports: findDeclarations(parsed, isUndocumented),
    functionsNamedOf: findDeclarations(parsed, ({ isFunction, name }) => isFunction && /[a-z]Of$/.test(name)),
  };
}

function measureSizes(parsed: readonly Parsed[]) {
  const sources = parsed.map(({ source }) => source);
  return {
    sourceFiles: sources.length,
    sourceLines: sources.reduce((sum, { lines }) => sum + lines, 0),
    medianFileLines: median(sources.map(({ lines }) => lines)),
    longFiles: sources
      .filter(({ lines }) => lines > LIMITS.fileLines)
      .map(({ path, lines }) => ({ path, line: 1, text: `${lines} lines` })),
    longFunctions: parsed.flatMap(({ source: { path }, functions }) =>
      functions
        .filter(({ lines }) => lines > LIMITS.functionLines)
        .map(({ line, lines }) => ({ path, line, text: `${lines} lines` })),
    ),
    medianFunctionLines: median(parsed.flatMap(({ functions }) => functions.map(({ lines }) => lines))),
  };
}

function findDeclarations(
  parsed: readonly Parsed[],
  select: (declaration: Declaration) => boolean,
): readonly Finding[] {
  return parsed.flatMap(({ source: { path }, declarations }) =>
    declarations.filter(select).map(({ name, line }) => ({ path, line, text: name })),
  );
}

function findInComments(
  sources: readonly SourceFile[],
  find: (text: string) => readonly string[],
): readonly Finding[] {
  return sources.flatMap(({ path, text, comments }) =>
    comments.flatMap(({ value, start }) =>
      find(value).map((hit) => ({ path, line: getLine(text, start), text: hit })),
    ),
  );
}

function findRefusedNames(sources: readonly SourceFile[]): readonly Finding[] {
  return sources.flatMap((source) =>
    listIdentifiers(source).flatMap(({ name, line }) =>
      findRefusedInName(name).length > 0 ? [{ path: source.path, line, text: name }] : [],
    ),
  );
}

function readDocuments(root: string): readonly { readonly path: string; readonly text: string }[] {
  return listFiles(root)
    .filter((path) => /\.md$/.test(path) && !/^node_modules/.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}
