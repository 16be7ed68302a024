import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type App, onExit, toMainPath } from '@trainyard/testing/fleet';
import { build, type Plugin } from 'rolldown';

/** Entry files of bundled apps. An app without an entry starts from its `main.ts`. */
export type AppMains = Readonly<Partial<Record<App, string>>>;

const CACHE_DIR = fileURLToPath(new URL('../../../../node_modules/.cache/chaos/', import.meta.url));
const APPS = ['api', 'dispatcher', 'reconciler', 'runpod-simulator'] as const satisfies readonly App[];
/** Packages that read files of their own folder, contain a binary, or hide their modules in a UMD wrapper. */
const EXTERNALS = [
  /^@bull-board\/ui/,
  /^@fastify\/(static|swagger-ui)/,
  '@ngrok/ngrok',
  'jsonc-parser',
  'sharp',
];
/** Defines `require` for bundled CommonJS packages that require an external. */
const REQUIRE_BANNER =
  "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);";

const WORKSPACE_SOURCE = /\/(?:apps|packages|tools)\/[^/]+\/src\//;

/** Keeps the URL of each source file, by which the apps find workflow templates and Lua scripts. */
const keepSourceUrls: Plugin = {
  name: 'keep-source-urls',
  transform: (code, id) =>
    WORKSPACE_SOURCE.test(id) && code.includes('import.meta.url')
      ? { code: code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)), map: null }
      : null,
};

/**
 * Bundles each app into a single file: reading a thousand files takes most of the start time of a process, and a seed
 * starts a dozen processes. Returns the entry files; `clear` deletes them. Throws when an app does not bundle.
 */
export async function bundleApps(): Promise<{ readonly mains: AppMains; clear(): Promise<void> }> {
  await mkdir(CACHE_DIR, { recursive: true });
  const dir = await mkdtemp(join(CACHE_DIR, 'apps-'));
  const removeExitHook = onExit(() => rmSync(dir, { recursive: true, force: true }));
  await build({
    input: Object.fromEntries(APPS.map((app) => [app, toMainPath(app)])),
    platform: 'node',
    external: EXTERNALS,
    logLevel: 'silent',
    plugins: [keepSourceUrls],
    output: {
      dir,
      format: 'esm',
      banner: REQUIRE_BANNER,
      entryFileNames: '[name].mjs',
      chunkFileNames: '[name]-[hash].mjs',
    },
  });
  return {
    mains: Object.fromEntries(APPS.map((app) => [app, join(dir, `${app}.mjs`)])),
    clear: async () => {
      removeExitHook();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
