import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The gates of `npm run check`, each with how it is run alone. Tests are narrowed to those that a plant concerns. */
export const GATES = {
  format: ['npm', 'run', '--silent', 'format'],
  lint: ['npm', 'run', '--silent', 'lint'],
  typecheck: ['npm', 'run', '--silent', 'typecheck'],
  boundaries: ['npm', 'run', '--silent', 'boundaries'],
  knip: ['npm', 'run', '--silent', 'knip'],
  structure: ['npm', 'run', '--silent', 'structure'],
  size: ['npm', 'run', '--silent', 'studio:size'],
  tests: ['npx', 'vitest', 'run', '--project', 'unit', 'packages/domain', 'scripts'],
} as const satisfies Record<string, readonly [string, ...string[]]>;
/** Name of a gate. */
export type Gate = keyof typeof GATES;

/** One file changed: its text before (undefined where there is none) becomes its text after. */
export interface Edit {
  readonly file: string;
  readonly change: (before: string | undefined) => string;
}

/** Something that must not get past a gate. */
export interface Violation {
  readonly gate: Gate;
  readonly description: string;
  readonly edits: readonly Edit[];
  /** What the gate must say, so that it is not red for another reason. */
  readonly expectedOutput: string;
}

/** A new file. */
export function addFile(file: string, text: string): Edit {
  return { file, change: () => text };
}

/** More lines at the end of a file. */
export function appendText(file: string, text: string): Edit {
  return {
    file,
    change: (before = '') => `${before}${text}`,
  };
}

/** One place of a file changed. Throws when it is not there: then the plant itself has rotted. */
export function replaceText(file: string, from: string, to: string): Edit {
  return {
    file,
    change: (before = '') => {
      if (!before.includes(from)) throw new Error(`${file} no longer holds ${JSON.stringify(from)}`);
      return before.replace(from, to);
    },
  };
}

/** A package that declares one more dependency. */
export function addDependency(folder: string, dependency: string, version = '*'): Edit {
  return {
    file: `${folder}/package.json`,
    change: (before = '{}') => {
      const manifest = JSON.parse(before) as { dependencies?: Record<string, string> };
      return JSON.stringify(
        { ...manifest, dependencies: { ...manifest.dependencies, [dependency]: version } },
        null,
        2,
      );
    },
  };
}

function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

/** Makes the edits in the folder. @returns what takes them back */
export async function plant(folder: string, edits: readonly Edit[]): Promise<() => Promise<void>> {
  const before = await Promise.all(
    edits.map(async ({ file, change }) => ({
      path: join(folder, file),
      text: await readText(join(folder, file)),
      change,
    })),
  );
  for (const { path, text, change } of before) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, change(text));
  }
  return async () => {
    for (const { path, text } of before)
      await (text === undefined ? rm(path, { force: true }) : writeFile(path, text));
  };
}
