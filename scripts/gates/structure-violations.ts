import { addFile, type Violation } from './violation.ts';

const APPLICATION = 'packages/application/src';

function structureViolation(
  description: string,
  expectedOutput: string,
  ...files: readonly (readonly [path: string, text: string])[]
): Violation {
  return {
    gate: 'structure',
    description,
    expectedOutput,
    edits: files.map(([path, text]) => addFile(path, text)),
  };
}

/** Edits that break a rule of structure or language, one at a time. */
export const STRUCTURE_VIOLATIONS: readonly Violation[] = [
  structureViolation(
    'a circle of folders in a package',
    'circle of folders',
    [
      `${APPLICATION}/budgets/planted.ts`,
      "import type { B } from '../dispatch/planted-b.ts';\n\n/** Planted. */\nexport type A = B | string;\n",
    ],
    [
      `${APPLICATION}/dispatch/planted.ts`,
      "import type { A } from '../budgets/planted.ts';\n\n/** Planted. */\nexport type C = A;\n",
    ],
    [`${APPLICATION}/dispatch/planted-b.ts`, '/** Planted. */\nexport type B = number;\n'],
  ),
  structureViolation('a folder of one source file', 'folder of fewer than three source files', [
    `${APPLICATION}/planted/planted.ts`,
    '/** Planted. */\nexport const planted = 1;\n',
  ]),
  structureViolation('a refused word in a name', 'refused word: readPurse', [
    `${APPLICATION}/budgets/planted.ts`,
    '/** Planted. */\nexport function readPurse(): number {\n  return 1;\n}\n',
  ]),
  structureViolation('a refused word in a comment', 'refused word: whoever', [
    `${APPLICATION}/budgets/planted.ts`,
    '/** Returns 1 to whoever calls. */\nexport const planted = 1;\n',
  ]),
  structureViolation(
    'a citation of an absent document',
    'citation of a document that is not in the repository',
    [`${APPLICATION}/budgets/planted.ts`, '/** Planted (SPEC §9). */\nexport const planted = 1;\n'],
  ),
  structureViolation('an export without a docstring', 'exported name without docstring: planted', [
    `${APPLICATION}/budgets/planted.ts`,
    'export const planted = 1;\n',
  ]),
  structureViolation('a function of 41 lines', 'function is too long', [
    `${APPLICATION}/budgets/planted.ts`,
    `/** Planted. */\nexport function planted(): void {\n${'  void 0;\n'.repeat(39)}}\n`,
  ]),
  structureViolation('a component of 41 lines in the studio', 'function is too long', [
    'apps/web/src/parts/planted.tsx',
    `/** Planted. */\nexport function Planted() {\n${'  void 0;\n'.repeat(38)}  return <p />;\n}\n`,
  ]),
  structureViolation('a file of 251 lines', 'file is too long', [
    `${APPLICATION}/budgets/planted.ts`,
    `/** Planted. */\nexport const planted = [\n${'  1,\n'.repeat(248)}];\n`,
  ]),
];
