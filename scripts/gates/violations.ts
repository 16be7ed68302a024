import { randomBytes } from 'node:crypto';
import { LINT_VIOLATIONS } from './lint-violations.ts';
import { STRUCTURE_VIOLATIONS } from './structure-violations.ts';
import { addDependency, addFile, appendText, replaceText, type Violation } from './violation.ts';

const TABLE = 'packages/domain/src/training/table.ts';
const BASE = 'packages/domain/src/training/transitions/base.ts';

/** Text that gzip makes no shorter than 128 KiB. */
function createNoise(): string {
  return randomBytes(128 * 1_024).toString('base64');
}

/** `from` depends on `to`, which turbo's tags forbid. */
function boundaryViolation(from: string, to: string): Violation {
  return {
    gate: 'boundaries',
    description: `${from} imports ${to}`,
    expectedOutput: 'found without any tag listed in allowlist',
    edits: [
      addDependency(from, `@trainyard/${to.split('/')[1]}`),
      addFile(`${from}/src/planted.ts`, `export * as planted from '@trainyard/${to.split('/')[1]}';\n`),
    ],
  };
}

const BOUNDARIES: readonly Violation[] = [
  boundaryViolation('packages/domain', 'packages/contracts'),
  boundaryViolation('packages/contracts', 'packages/domain'),
  boundaryViolation('packages/application', 'packages/contracts'),
  boundaryViolation('packages/application', 'packages/runpod'),
  boundaryViolation('packages/runpod', 'packages/redis'),
  boundaryViolation('packages/redis', 'packages/storage'),
  boundaryViolation('packages/comfyui', 'packages/contracts'),
  boundaryViolation('packages/storage', 'packages/runpod'),
  boundaryViolation('packages/storage', 'packages/runtime'),
  boundaryViolation('packages/client', 'packages/storage'),
  boundaryViolation('packages/redis', 'packages/client'),
  boundaryViolation('packages/runpod', 'apps/dispatcher'),
  boundaryViolation('packages/runtime', 'apps/api'),
  boundaryViolation('apps/web', 'packages/storage'),
  {
    gate: 'boundaries',
    description: 'a path into another package',
    expectedOutput: 'leaves the package',
    edits: [
      addFile('packages/runpod/src/planted.ts', "export * as planted from '../../redis/src/index.ts';\n"),
    ],
  },
];

/** Edits that break a rule, planted one at a time. */
export const VIOLATIONS: readonly Violation[] = [
  {
    gate: 'format',
    description: 'a line that Biome would write otherwise',
    expectedOutput: 'Formatter would have printed',
    edits: [appendText(BASE, 'export const  planted=1\n')],
  },
  ...LINT_VIOLATIONS,
  {
    gate: 'typecheck',
    description: 'a string for a number',
    expectedOutput: 'TS2322',
    edits: [addFile('packages/domain/src/planted.ts', "export const planted: number = 'one';\n")],
  },
  {
    gate: 'typecheck',
    description: 'a missing cell of the lifecycle',
    expectedOutput: 'priority_changed',
    edits: [replaceText(TABLE, '    priority_changed: changePriority,\n', '')],
  },
  {
    gate: 'typecheck',
    description: 'syntax that Node cannot strip',
    expectedOutput: 'TS1294',
    edits: [addFile('packages/domain/src/planted.ts', 'export enum Planted {\n  One,\n}\n')],
  },
  {
    gate: 'typecheck',
    description: 'a string for a number in the studio',
    expectedOutput: 'TS2322',
    edits: [addFile('apps/web/src/parts/planted.tsx', "export const planted: number = 'one';\n")],
  },
  ...BOUNDARIES,
  ...STRUCTURE_VIOLATIONS,
  {
    gate: 'size',
    description: 'a first load of more than 150 KiB',
    expectedOutput: 'at most 150 KiB are allowed',
    edits: [appendText('apps/web/src/main.tsx', `document.body.dataset['planted'] = '${createNoise()}';\n`)],
  },
  {
    gate: 'knip',
    description: 'an export that nobody uses',
    expectedOutput: 'planted',
    edits: [appendText(BASE, 'export const planted = 1;\n')],
  },
  {
    gate: 'knip',
    description: 'a dependency that nobody uses',
    expectedOutput: 'p-retry',
    edits: [addDependency('packages/runpod', 'p-retry', '9.0.0')],
  },
  {
    gate: 'knip',
    description: 'a file that nobody uses',
    expectedOutput: 'planted.ts',
    edits: [addFile('packages/domain/src/estimate/planted.ts', 'const planted = 1;\nvoid planted;\n')],
  },
  {
    gate: 'tests',
    description: 'a test that fails',
    expectedOutput: '1 failed',
    edits: [
      addFile(
        'packages/domain/src/planted.test.ts',
        "import { expect, it } from 'vitest';\n\nit('fails', () => expect(1).toBe(2));\n",
      ),
    ],
  },
  {
    gate: 'tests',
    description: 'a test file that cannot be read',
    expectedOutput: '1 failed',
    edits: [addFile('packages/domain/src/planted.test.ts', "throw new Error('planted');\n")],
  },
  {
    gate: 'tests',
    description: 'a lifecycle that its page does not tell',
    expectedOutput: 'docs/concepts/lifecycle.md',
    edits: [
      replaceText(
        TABLE,
        'stop_requested: forCurrentAttempt(stopRun)',
        'stop_requested: (training) => training',
      ),
    ],
  },
  {
    gate: 'tests',
    description: 'a default that the page of settings does not tell',
    expectedOutput: 'docs/settings.md',
    edits: [
      replaceText('docs/settings.md', '`POLL_INTERVAL_SECONDS` | `30`', '`POLL_INTERVAL_SECONDS` | `31`'),
    ],
  },
];
