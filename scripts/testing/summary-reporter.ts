import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/** Counts of a test run. A failure outside of tests counts as a failed test. */
interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Prints the last line of every test run: `12 passed, 0 failed`. A run without a passed or failed test counts as a
 * failure, because it proves no behavior.
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

/** A file that failed to load, or in its set-up, counts as a failure without a failed test. */
function countFailures(module: TestModule): number {
  const failed = countTests(module, 'failed');
  return failed === 0 && module.state() === 'failed' ? 1 : failed;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** Sums the results of all modules at the end of a run. */
function toTally(modules: readonly TestModule[], unhandled: readonly SerializedError[]): Tally {
  return {
    passed: sum(modules.map((module) => countTests(module, 'passed'))),
    failed: sum(modules.map(countFailures)) + unhandled.length,
  };
}
