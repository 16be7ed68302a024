import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SCRIPT_NAMES } from './commands.ts';
import { loadScript, resolveIncludes } from './load-script.ts';

it('every Lua file of the folder is a named script, and every include resolves', () => {
  const files = readdirSync(new URL('.', import.meta.url)).filter((file) => file.endsWith('.lua'));
  expect(files.map((file) => file.replace(/\.lua$/, '')).sort()).toEqual([...SCRIPT_NAMES]);
  for (const name of SCRIPT_NAMES) expect(loadScript(name)).not.toContain('@include');
});

it('an include that occurs twice is inserted once', () => {
  const includes: Readonly<Record<string, string>> = { a: '--- @include "b"\nlocal a', b: 'local b' };
  const script = '--- @include "a"\n--- @include "b"\nreturn 1';
  expect(resolveIncludes(script, (name) => includes[name] ?? '')).toBe('local b\nlocal a\n\nreturn 1');
});

it.each(['../prelude', '/etc/passwd', 'a/b', 'A', ''])('an include with the name «%s» is refused', (name) => {
  expect(() => resolveIncludes(`--- @include "${name}"`)).toThrow(/Invalid script name/);
});

it('an include without a file is refused', () => {
  expect(() => resolveIncludes('--- @include "missing"')).toThrow(/missing\.lua/);
});
