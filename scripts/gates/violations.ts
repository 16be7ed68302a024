import { added, appended, declared, replaced, type Violation } from './violation.ts';

const TABLE = 'packages/domain/src/training/table.ts';
const BASE = 'packages/domain/src/training/transitions/base.ts';

const linted = (what: string, says: string, file: string, text: string): Violation => ({
  gate: 'lint',
  what,
  says,
  edits: [added(file, `${text}\n`)],
});

const LINT: readonly Violation[] = [
  linted(
    'process.env in a package',
    'noProcessEnv',
    'packages/runpod/src/planted.ts',
    "export const planted = process.env['HOME'];",
  ),
  linted(
    'Date in domain',
    'noRestrictedGlobals',
    'packages/domain/src/planted.ts',
    'export const planted = (): number => Date.now();',
  ),
  linted(
    'fetch in domain',
    'noRestrictedGlobals',
    'packages/domain/src/planted.ts',
    "export const planted = (): Promise<unknown> => fetch('http://localhost');",
  ),
  linted(
    'node: in domain',
    'noNodejsModules',
    'packages/domain/src/planted.ts',
    "export { sep as planted } from 'node:path';",
  ),
  linted(
    'a floating promise',
    'noFloatingPromises',
    'packages/application/src/planted.ts',
    'const work = async (): Promise<number> => 1;\nexport const planted = (): void => {\n  work();\n};',
  ),
  {
    gate: 'lint',
    what: 'an import cycle',
    says: 'noImportCycles',
    edits: [
      added(
        'packages/application/src/planted-a.ts',
        "import { b } from './planted-b.ts';\n\nexport const a = (): number => b();\n",
      ),
      added(
        'packages/application/src/planted-b.ts',
        "import { a } from './planted-a.ts';\n\nexport const b = (): number => a();\n",
      ),
    ],
  },
  linted(
    'a dependency that is not declared',
    'noUndeclaredDependencies',
    'packages/domain/src/planted.ts',
    "export { pino as planted } from 'pino';",
  ),
  linted(
    'BullMQ outside of packages/redis',
    'noRestrictedImports',
    'apps/dispatcher/src/planted.ts',
    "import type { Queue } from 'bullmq';\n\nexport type Planted = Queue;",
  ),
  linted(
    'the HTTP contracts in runtime',
    'noRestrictedImports',
    'packages/runtime/src/planted.ts',
    "import type { Scope } from '@trainyard/contracts';\n\nexport type Planted = Scope;",
  ),
  linted(
    'the use cases in the client',
    'noRestrictedImports',
    'packages/client/src/planted.ts',
    "export * as planted from '@trainyard/application';",
  ),
  linted(
    'a status word of RunPod in application',
    'status word of RunPod',
    'packages/application/src/planted.ts',
    "export const planted = 'IN_PROGRESS';",
  ),
  linted('a default export', 'noDefaultExport', 'packages/storage/src/planted.ts', 'export default 1;'),
  linted(
    'any',
    'noExplicitAny',
    'packages/storage/src/planted.ts',
    'export const planted = (value: any): string => String(value);',
  ),
  linted(
    'a non-null assertion',
    'noNonNullAssertion',
    'packages/storage/src/planted.ts',
    'export const planted = (value?: string): number => value!.length;',
  ),
  linted(
    'a switch that forgets a case',
    'useExhaustiveSwitchCases',
    'packages/storage/src/planted.ts',
    "export const planted = (value: 'a' | 'b'): number => {\n  switch (value) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n};",
  ),
  linted(
    'console in an app',
    'noConsole',
    'apps/dispatcher/src/planted.ts',
    "export const planted = (): void => console.log('planted');",
  ),
];

/** `from` comes to depend on `to`, which DESIGN §2 forbids. */
const crossing = (from: string, to: string): Violation => ({
  gate: 'boundaries',
  what: `${from} imports ${to}`,
  says: 'found without any tag listed in allowlist',
  edits: [
    declared(from, `@trainyard/${to.split('/')[1]}`),
    added(`${from}/src/planted.ts`, `export * as planted from '@trainyard/${to.split('/')[1]}';\n`),
  ],
});

const BOUNDARIES: readonly Violation[] = [
  crossing('packages/domain', 'packages/contracts'),
  crossing('packages/contracts', 'packages/domain'),
  crossing('packages/application', 'packages/contracts'),
  crossing('packages/application', 'packages/runpod'),
  crossing('packages/runpod', 'packages/redis'),
  crossing('packages/redis', 'packages/storage'),
  crossing('packages/comfyui', 'packages/contracts'),
  crossing('packages/storage', 'packages/runpod'),
  crossing('packages/storage', 'packages/runtime'),
  crossing('packages/client', 'packages/storage'),
  crossing('packages/redis', 'packages/client'),
  crossing('packages/runpod', 'apps/dispatcher'),
  crossing('packages/runtime', 'apps/api'),
  {
    gate: 'boundaries',
    what: 'a path into another package',
    says: 'leaves the package',
    edits: [
      added('packages/runpod/src/planted.ts', "export * as planted from '../../queue/src/index.ts';\n"),
    ],
  },
];

/** Everything that is planted, one at a time. */
export const VIOLATIONS: readonly Violation[] = [
  {
    gate: 'format',
    what: 'a line that Biome would write otherwise',
    says: 'Formatter would have printed',
    edits: [appended(BASE, 'export const  planted=1\n')],
  },
  ...LINT,
  {
    gate: 'typecheck',
    what: 'a string for a number',
    says: 'TS2322',
    edits: [added('packages/domain/src/planted.ts', "export const planted: number = 'one';\n")],
  },
  {
    gate: 'typecheck',
    what: 'a missing cell of the lifecycle',
    says: 'priority_changed',
    edits: [replaced(TABLE, '    priority_changed: reprioritise,\n', '')],
  },
  {
    gate: 'typecheck',
    what: 'syntax that Node cannot strip',
    says: 'TS1294',
    edits: [added('packages/domain/src/planted.ts', 'export enum Planted {\n  One,\n}\n')],
  },
  ...BOUNDARIES,
  {
    gate: 'knip',
    what: 'an export that nobody uses',
    says: 'planted',
    edits: [appended(BASE, 'export const planted = 1;\n')],
  },
  {
    gate: 'knip',
    what: 'a dependency that nobody uses',
    says: 'p-retry',
    edits: [declared('packages/runpod', 'p-retry', '9.0.0')],
  },
  {
    gate: 'knip',
    what: 'a file that nobody uses',
    says: 'planted.ts',
    edits: [added('packages/domain/src/estimate/planted.ts', 'const planted = 1;\nvoid planted;\n')],
  },
  {
    gate: 'tests',
    what: 'a test that fails',
    says: '1 failed',
    edits: [
      added(
        'packages/domain/src/planted.test.ts',
        "import { expect, it } from 'vitest';\n\nit('fails', () => expect(1).toBe(2));\n",
      ),
    ],
  },
  {
    gate: 'tests',
    what: 'a test file that cannot be read',
    says: '1 failed',
    edits: [added('packages/domain/src/planted.test.ts', "throw new Error('planted');\n")],
  },
  {
    gate: 'tests',
    what: 'a lifecycle that its page does not tell',
    says: 'docs/lifecycle.md',
    edits: [replaced(TABLE, 'recall_requested: ofAttempt(recall)', 'recall_requested: stay')],
  },
  {
    gate: 'tests',
    what: 'a default that the page of settings does not tell',
    says: 'docs/settings.md',
    edits: [replaced('docs/settings.md', '`POLL_INTERVAL_SECONDS` | `30`', '`POLL_INTERVAL_SECONDS` | `31`')],
  },
];
