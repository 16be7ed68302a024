// Builds the package that npm packs: one JavaScript file that also runs in browsers, and one file of types.
// Usage: node build/bundle.mjs [FOLDER], by default packages/client/dist
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const target = process.argv[2] ?? `${folder}dist`;
const workflows = fileURLToPath(new URL('../../../workflows/', import.meta.url));

/** The templates are part of the bundle: a browser has no files, and the package has one. */
const templates = Object.fromEntries(
  readdirSync(workflows)
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name, readFileSync(workflows + name, 'utf8')]),
);

const sha256 = readFileSync(new URL('./sha256.mjs', import.meta.url), 'utf8');

/** Modules in place of those of Node that the loader of templates imports. */
const REPLACEMENTS = {
  'node:crypto': sha256,
  'node:fs/promises': `
    const files = ${JSON.stringify(templates)};
    export const readdir = async () => Object.keys(files);
    export const readFile = async (path) => files[path.slice(path.lastIndexOf('/') + 1)];`,
  'node:path': `export const join = (...parts) => parts.join('/');`,
  'node:timers/promises': `
    export const setTimeout = (ms, value, { signal } = {}) => new Promise((resolve, reject) => {
      const fail = () => { clearTimeout(timer); reject(signal.reason); };
      const timer = globalThis.setTimeout(() => { signal?.removeEventListener('abort', fail); resolve(value); }, ms);
      if (signal?.aborted) fail();
      signal?.addEventListener('abort', fail, { once: true });
    });`,
  'node:url': `export const fileURLToPath = () => 'workflows';`,
};

const replaceNode = {
  name: 'replace-node',
  resolveId: (id) => (Object.hasOwn(REPLACEMENTS, id) ? `\0${id}` : undefined),
  load: (id) => (id.startsWith('\0node:') ? REPLACEMENTS[id.slice(1)] : undefined),
};

rmSync(target, { recursive: true, force: true });
const input = `${folder}src/index.ts`;
const code = await rolldown({
  input,
  logLevel: 'silent',
  platform: 'neutral',
  shimMissingExports: true,
  treeshake: { moduleSideEffects: false },
  plugins: [replaceNode],
  resolve: { mainFields: ['module', 'main'] },
});
await code.write({ file: `${target}/index.js`, format: 'esm', minify: false });
await code.close();
const types = await rolldown({
  input: { index: input },
  external: ['zod', /^node:/],
  plugins: dts({ dtsOnly: true, tsconfig: `${folder}build/tsconfig.json`, resolver: 'oxc' }),
});
await types.write({ dir: target, format: 'esm' });
await types.close();
