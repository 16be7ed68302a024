import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/** How a run of all tests went. What failed outside any test counts as failed too. */
interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/**
 * The last line of every run of the tests, alone on its line, for whoever reads only that: `12 passed, 0 failed`.
 * A run in which no test passed or failed is a failure: it shows nothing.
 */
export function createSummaryReporter(): Reporter {
  return {
    onTestRunEnd: (modules, unhandled) => {
      const { passed, failed } = toTally(modules, unhandled);
      process.stdout.write(`${passed} passed, ${failed} failed\n`);
      if (failed > 0 || passed === 0) process.exitCode = 1;
    },
  };
}

function countTests(module: TestModule, state: 'passed' | 'failed'): number {
  return [...module.children.allTests(state)].length;
}

/** A file that could not be read, or whose set-up broke, failed though none of its tests did. */
function countFailures(module: TestModule): number {
  const failed = countTests(module, 'failed');
  return failed === 0 && module.state() === 'failed' ? 1 : failed;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** Counts what vitest tells at the end of a run. */
function toTally(modules: readonly TestModule[], unhandled: readonly SerializedError[]): Tally {
  return {
    passed: sum(modules.map((module) => countTests(module, 'passed'))),
    failed: sum(modules.map(countFailures)) + unhandled.length,
  };
}
