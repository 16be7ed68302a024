import fc from 'fast-check';

/** Generates bodies with a single fault, as text: a hostile value, a missing field, an additional field, or a value in an array. */
export function mutatedBodies(values: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return fc
    .tuple(values, fc.nat(), fc.constantFrom(...BODY_MUTATIONS), hostileJson)
    .map(([value, index, mutate, text]) => {
      const paths = listPaths(value);
      const mutated = replaceAt(value, paths[index % paths.length] ?? [], mutate);
      return mutated === undefined ? '' : replacePlaceholder(mutated, text);
    });
}

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

/** JSON texts that no ordinary client sends. */
const HOSTILE_JSON: readonly string[] = [
  ...['null', 'true', '0', '-1', '-0', '1.5', '1e999', '-1e999', '9007199254740993', '1e-400'],
  ...[
    '""',
    '" "',
    '"0"',
    '"\\u0000"',
    '"a\\u0000b"',
    '"\\ud800"',
    '"\\u202eabc"',
    '"é\\u0301🦊"',
    '"../../etc/passwd"',
  ],
  ...[
    '"%2e%2e%2f"',
    '"$(id)"',
    '"\'; DROP TABLE"',
    '"{{7*7}}"',
    '"__proto__"',
    '"constructor"',
    '"*"',
    '"\\r\\nX: 1"',
  ],
  ...[
    '[]',
    '{}',
    '[[]]',
    '[null]',
    '[""]',
    '{"a":{"b":{"c":null}}}',
    '{"constructor":{"prototype":{"x":1}}}',
  ],
  `"${'a'.repeat(70_000)}"`,
  `[${Array.from({ length: 3_000 }, () => '1').join()}]`,
  nested(2_000),
  nested(40_000),
];

/** Placeholder that is replaced by a text after the JSON around it is serialized. */
const PLACEHOLDER = '@@fuzz@@';

/** Generates one of the hostile JSON texts. */
export const hostileJson = fc.constantFrom(...HOSTILE_JSON);

/** Serializes a value and replaces the placeholder by the unescaped text. */
function replacePlaceholder(value: unknown, text: string): string {
  return JSON.stringify(value).replace(`"${PLACEHOLDER}"`, () => text);
}

type Path = readonly (string | number)[];

function listPaths(value: unknown, at: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [
    at,
    ...Object.entries(value).flatMap(([key, each]) =>
      listPaths(each, [...at, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

function replaceAt(value: unknown, [key, ...rest]: Path, by: (old: unknown) => unknown): unknown {
  if (key === undefined) return by(value);
  if (Array.isArray(value)) return value.map((each, n) => (n === key ? replaceAt(each, rest, by) : each));
  const entries = Object.entries(value as object).flatMap(([name, each]): readonly [string, unknown][] => {
    if (name !== key) return [[name, each]];
    const next = replaceAt(each, rest, by);
    return next === undefined ? [] : [[name, next]];
  });
  return Object.fromEntries(entries);
}

const BODY_MUTATIONS: readonly ((old: unknown) => unknown)[] = [
  () => PLACEHOLDER,
  () => PLACEHOLDER,
  () => PLACEHOLDER,
  () => undefined,
  (old) => [old],
  (old) => (typeof old === 'object' && old !== null ? { ...old, no_such_field: PLACEHOLDER } : PLACEHOLDER),
];

/** Generates bodies that are not JSON, or barely. */
export const malformedBodies: fc.Arbitrary<Buffer> = fc.oneof(
  fc
    .constantFrom(
      '',
      '{',
      '[1,',
      'nul',
      '{"a":1,}',
      "{'a':1}",
      '\ufeff{}',
      '{"a":NaN}',
      '{"__proto__":{"a":1}}',
      nested(50_000),
    )
    .map((text) => Buffer.from(text)),
  fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.constant(Buffer.alloc(1_100_000, 0x20)),
);

/** Generates encoded path segments. */
export const hostileSegments = fc.constantFrom(
  ...[
    '..',
    '.',
    '%2e%2e',
    '%2e%2e%2f%2e%2e%2fdata',
    '..%2f..%2fdata%2factors',
    '%00',
    'a%00b',
    'a%2fb',
    '%5c..%5c',
    '%',
    '%zz',
    '%ff%fe',
  ],
  ...[
    '%20',
    '%C3%A9',
    '%F0%9F%A6%8A',
    '%ED%A0%80',
    '__proto__',
    'constructor',
    'toString',
    '*',
    ':id',
    '%0d%0aX:1',
    "'",
    '%7B%7D',
    '0',
    '-1',
  ],
  ...['a'.repeat(256), 'a'.repeat(300), '', '%2a', 'trainyard:*', '9007199254740993'],
);

/** Generates encoded query values. */
export const hostileQueryValues = fc.constantFrom(
  ...[
    '',
    '%00',
    '%',
    '%zz',
    '%ff',
    '-1',
    '0',
    '1e9',
    '9007199254740993',
    'NaN',
    'null',
    '[]',
    '%5B%5D',
    '..%2f',
    'a'.repeat(9_000),
    '%F0%9F%A6%8A',
  ],
  ...['true', 'TRUE', '__proto__', '+', '*', 'eyJhIjoxfQ', 'bm90LWEtY3Vyc29y', '%ED%A0%80'],
);
