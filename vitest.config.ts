import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/testing/longest-first.ts';
import { createResultsReporter } from './scripts/testing/results-reporter.ts';
import { createSummaryReporter } from './scripts/testing/summary-reporter.ts';

export default defineConfig({
  test: {
    // Most of them wait for processes of their own: two at a time keep two cores busy.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { sequencer: LongestFirst },
    reporters: ['default', createResultsReporter(), createSummaryReporter()],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{apps,packages,tools}/*/src/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['**/*.int.test.ts', '**/node_modules/**'],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['{apps,packages,tools}/*/{src,test}/**/*.int.test.ts'],
          // A busy machine takes its time: what is polled for is waited for, not timed.
          expect: { poll: { timeout: 20_000 } },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
