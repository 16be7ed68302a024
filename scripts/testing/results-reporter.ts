import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Reporter, TestModule } from 'vitest/node';

const root = fileURLToPath(new URL('../..', import.meta.url));
const FILE = fileURLToPath(new URL('../../.cache/test-results.json', import.meta.url));

/** What the last run of one test file showed. */
interface FileResult {
  /** Of the file as it was run: of another text the result says nothing. */
  readonly sha256: string;
  /** Full names of the tests that passed, with those of the groups around them. */
  readonly passed: readonly string[];
}

/** By path from the root. */
export type Results = Readonly<Record<string, FileResult>>;

/** Keeps what passed, file by file, for `npm run check:compatibility`. */
export function createResultsReporter(): Reporter {
  return {
    onTestRunEnd: (modules) => {
      const entries = modules.map(
        (module) => [relative(root, module.moduleId), toFileResult(module)] as const,
      );
      mkdirSync(dirname(FILE), { recursive: true });
      writeFileSync(FILE, JSON.stringify({ ...readResults(), ...Object.fromEntries(entries) }));
    },
  };
}

function hashFile(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** The results of the last run of each test file that is still as it was then. */
export function readResults(): Results {
  let stored: Results;
  try {
    stored = JSON.parse(readFileSync(FILE, 'utf8')) as Results;
  } catch {
    return {};
  }
  const unchanged = Object.entries(stored).filter(([file, { sha256 }]) => {
    try {
      return hashFile(`${root}/${file}`) === sha256;
    } catch {
      return false;
    }
  });
  return Object.fromEntries(unchanged);
}

function toFileResult(module: TestModule): FileResult {
  return {
    sha256: hashFile(module.moduleId),
    passed: [...module.children.allTests('passed')].map(({ fullName }) => fullName),
  };
}
