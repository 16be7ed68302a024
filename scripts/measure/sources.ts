import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Comment, type Program, parseSync, Visitor, type VisitorObject } from 'oxc-parser';

/** A TypeScript file of the repository with its syntax tree and its comments. */
export interface SourceFile {
  /** Path relative to the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly program: Program;
  readonly comments: readonly Comment[];
}

/** Reads and parses the TypeScript files of `apps`, `packages`, `tools` and `scripts`. */
export function readSources(root: string): readonly SourceFile[] {
  return listFiles(root)
    .filter((path) => /^(apps|packages|tools|scripts)\/.*\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));
}

/** Lists the files that git tracks, or would track, below `root`. */
export function listFiles(root: string): readonly string[] {
  const options = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  return execFileSync('git', options, { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(root, path)));
}

/** Whether a file is a test or supports tests only. */
export function isTest(path: string): boolean {
  return /(^|\/)test\/|\.test\.tsx?$|\/testing\//.test(path);
}

/** Parses a file. Throws Error when the file has a syntax error. */
function parseSource(path: string, text: string): SourceFile {
  const { program, comments, errors } = parseSync(path, text);
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
  return { path, text, lines: text.split('\n').length - 1, program, comments };
}

/** Visits the syntax tree of a file. */
export function visit({ program }: SourceFile, visitor: VisitorObject): void {
  new Visitor(visitor).visit(program);
}

/** Line of an offset, counted from 1. */
export function getLine(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
