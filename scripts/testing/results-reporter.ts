import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Reporter, TestModule } from 'vitest/node';

const root = fileURLToPath(new URL('../..', import.meta.url));
const FILE = fileURLToPath(new URL('../../.cache/test-results.json', import.meta.url));

/** Result of the last run of a test file. */
interface FileResult {
  /** Hash of the file at the time of the run; the result is void for a changed file. */
  readonly sha256: string;
  /** Full names of the passed tests, including their `describe` titles. */
  readonly passed: readonly string[];
}

/** Results by path relative to the root. */
export type Results = Readonly<Record<string, FileResult>>;

/** Stores the passed tests per file for `npm run check:compatibility`. */
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

/** Reads the last results of each test file that has not changed since. */
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
