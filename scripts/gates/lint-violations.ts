import { addFile, type Violation } from './violation.ts';

/** Edits that break a rule of the linter, planted one at a time. */
export const LINT_VIOLATIONS: readonly Violation[] = [
  lintViolation(
    'process.env in a package',
    'noProcessEnv',
    'packages/runpod/src/planted.ts',
    "export const planted = process.env['HOME'];",
  ),
  lintViolation(
    'Date in domain',
    'noRestrictedGlobals',
    'packages/domain/src/planted.ts',
    'export const planted = (): number => Date.now();',
  ),
  lintViolation(
    'fetch in domain',
    'noRestrictedGlobals',
    'packages/domain/src/planted.ts',
    "export const planted = (): Promise<unknown> => fetch('http://localhost');",
  ),
  lintViolation(
    'node: in domain',
    'noNodejsModules',
    'packages/domain/src/planted.ts',
    "export { sep as planted } from 'node:path';",
  ),
  lintViolation(
    'a floating promise',
    'noFloatingPromises',
    'packages/application/src/planted.ts',
    'const work = async (): Promise<number> => 1;\nexport const planted = (): void => {\n  work();\n};',
  ),
  {
    gate: 'lint',
    description: 'an import cycle',
    expectedOutput: 'noImportCycles',
    edits: [
      addFile(
        'packages/application/src/planted-a.ts',
        "import { b } from './planted-b.ts';\n\nexport const a = (): number => b();\n",
      ),
      addFile(
        'packages/application/src/planted-b.ts',
        "import { a } from './planted-a.ts';\n\nexport const b = (): number => a();\n",
      ),
    ],
  },
  lintViolation(
    'a dependency that is not declared',
    'noUndeclaredDependencies',
    'packages/domain/src/planted.ts',
    "export { pino as planted } from 'pino';",
  ),
  lintViolation(
    'BullMQ outside of packages/redis',
    'noRestrictedImports',
    'apps/dispatcher/src/planted.ts',
    "import type { Queue } from 'bullmq';\n\nexport type Planted = Queue;",
  ),
  lintViolation(
    'the HTTP contracts in runtime',
    'noRestrictedImports',
    'packages/runtime/src/planted.ts',
    "import type { Scope } from '@trainyard/contracts';\n\nexport type Planted = Scope;",
  ),
  lintViolation(
    'the use cases in the client',
    'noRestrictedImports',
    'packages/client/src/planted.ts',
    "export * as planted from '@trainyard/application';",
  ),
  lintViolation(
    'the test package in production code',
    'noUndeclaredDependencies',
    'packages/redis/src/planted.ts',
    "export * as planted from '@trainyard/testing/redis';",
  ),
  lintViolation(
    'a status word of RunPod in application',
    'status word of RunPod',
    'packages/application/src/planted.ts',
    "export const planted = 'IN_PROGRESS';",
  ),
  lintViolation(
    'a default export',
    'noDefaultExport',
    'packages/storage/src/planted.ts',
    'export default 1;',
  ),
  lintViolation(
    'any',
    'noExplicitAny',
    'packages/storage/src/planted.ts',
    'export const planted = (value: any): string => String(value);',
  ),
  lintViolation(
    'a non-null assertion',
    'noNonNullAssertion',
    'packages/storage/src/planted.ts',
    'export const planted = (value?: string): number => value!.length;',
  ),
  lintViolation(
    'a switch that forgets a case',
    'useExhaustiveSwitchCases',
    'packages/storage/src/planted.ts',
    "export const planted = (value: 'a' | 'b'): number => {\n  switch (value) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n};",
  ),
  lintViolation(
    'console in an app',
    'noConsole',
    'apps/dispatcher/src/planted.ts',
    "export const planted = (): void => console.log('planted');",
  ),
  lintViolation(
    'a picture without a text form in the studio',
    'useAltText',
    'apps/web/src/parts/planted.tsx',
    'export const Planted = () => <img src="/planted.png" />;',
  ),
  lintViolation(
    'a button that is none in the studio',
    'noStaticElementInteractions',
    'apps/web/src/parts/planted.tsx',
    'export const Planted = () => <div onClick={() => undefined}>Start</div>;',
  ),
  lintViolation(
    'a default export in the studio',
    'noDefaultExport',
    'apps/web/src/parts/planted.tsx',
    'export default 1;',
  ),
  lintViolation(
    'a page that imports a different page',
    'never a different page',
    'apps/web/src/pages/settings/planted.ts',
    "export * as planted from '../overview/overview-page.tsx';",
  ),
];

function lintViolation(description: string, expectedOutput: string, file: string, text: string): Violation {
  return {
    gate: 'lint',
    description,
    expectedOutput,
    edits: [addFile(file, `${text}\n`)],
  };
}
