import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type App, onExit, toMainPath } from '@trainyard/testing/fleet';
import { build } from 'rolldown';

/** Where apps begin that were put into one file each; the others begin where they do in production. */
export type AppMains = Readonly<Partial<Record<App, string>>>;

/** Four folders below the root, as deep as the code that looks for the templates relative to itself. */
const CACHE_DIR = fileURLToPath(new URL('../../../../node_modules/.cache/chaos/', import.meta.url));
const APPS = ['api', 'dispatcher', 'reconciler', 'runpod-simulator'] as const satisfies readonly App[];
/** They look for files beside themselves, or hold a binary. */
const EXTERNALS = [/^@bull-board\/ui/, /^@fastify\/(static|swagger-ui)/, '@ngrok/ngrok'];
/** What was left out of a CommonJS package is still required by it. */
const REQUIRE_BANNER =
  "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);";

/**
 * Puts the apps of a campaign into one file each: a thousand files take most of the time in which a process starts, and
 * a seed starts a dozen of them. @returns where they begin, and how to clear them away
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
