import { readFileSync } from 'node:fs';

const INCLUDE_LINE = /^--- @include "(.*)"$/gm;
const SCRIPT_NAME = /^[a-z]+(-[a-z]+)*$/;

/**
 * Reads `<name>.lua` of this folder and replaces each line `--- @include "<name>"` by `includes/<name>.lua`, each include
 * once. Throws Error for a name with a path, and for a file that does not exist.
 */
export function loadScript(name: string): string {
  return resolveIncludes(readLua('.', name));
}

/** Replaces the include lines of a script. `readInclude` returns the text of an include by its name. */
export function resolveIncludes(
  script: string,
  readInclude: (name: string) => string = (name) => readLua('includes', name),
): string {
  const included = new Set<string>();
  const resolve = (text: string): string =>
    text.replace(INCLUDE_LINE, (_, name: string) => {
      if (included.has(name)) return '';
      included.add(name);
      return resolve(readInclude(name));
    });
  return resolve(script);
}

function readLua(folder: '.' | 'includes', name: string): string {
  if (!SCRIPT_NAME.test(name)) throw new Error(`Invalid script name: ${JSON.stringify(name)}`);
  return readFileSync(new URL(`${folder}/${name}.lua`, import.meta.url), 'utf8');
}
