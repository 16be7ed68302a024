import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/testing/longest-first.ts';
import { createResultsReporter } from './scripts/testing/results-reporter.ts';
import { createSummaryReporter } from './scripts/testing/summary-reporter.ts';

/** The browser tests that are part of `npm test`: at most 75 s. `npm run test:browser` runs all of them. */
const BROWSER_SAMPLE = ['working-day', 'accessibility'];

/** Tests of the studio in Chromium. Pages load scripts and pictures, and axe takes seconds on a busy machine. */
const browser = {
  expect: { poll: { timeout: 20_000 } },
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // A busy machine delays a page beyond its live run; a fault fails twice.
  retry: 1,
  globalSetup: 'scripts/testing/build-studio.ts',
};

export default defineConfig({
  test: {
    // Test files wait for child processes 40 % of the time, so one more worker than cores keeps the cores busy.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    // Test files of a worker share their modules: importing them again took most of the time of a run.
    isolate: false,
    reporters: ['default', createResultsReporter(), createSummaryReporter()],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{apps,packages,tools}/*/src/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['**/*.{docker,int,soak}.test.ts', '**/node_modules/**'],
          // Property tests take seconds on a busy machine, and no test measures time.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['{apps,packages,tools}/*/{src,test}/**/*.int.test.ts'],
          setupFiles: ['packages/testing/src/redis/close-shared-redis.ts'],
          // A busy machine is slow: polls wait, and no test measures time.
          expect: { poll: { timeout: 20_000 } },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      { test: { ...browser, name: 'browser', include: ['apps/web/test/**/*.browser.test.ts'] } },
      {
        test: {
          ...browser,
          name: 'browser-sample',
          include: BROWSER_SAMPLE.map((name) => `apps/web/test/${name}.browser.test.ts`),
        },
      },
      {
        test: {
          name: 'containers',
          include: ['scripts/containers/test/*.docker.test.ts'],
          expect: { poll: { timeout: 60_000 } },
          testTimeout: 180_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'soak',
          include: ['{apps,packages,tools}/*/test/**/*.soak.test.ts'],
          expect: { poll: { timeout: 20_000 } },
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
