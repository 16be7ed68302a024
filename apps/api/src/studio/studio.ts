import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import serveFiles from '@fastify/static';
import { DOCS_PATH } from '../server/docs.ts';
import type { ApiDeps, ApiOptions } from '../server/options.ts';
import type { Api } from '../server/server.ts';
import { getStudioHeaders } from './headers.ts';
import { isPageRequest } from './page-request.ts';

/** Folder to which `apps/web` is built. */
export const STUDIO_DIR = fileURLToPath(new URL('../../../web/dist', import.meta.url));

const INDEX = 'index.html';
const route = { config: { access: 'public' }, schema: { hide: true } } as const;

/** Returns the folder of the built studio; undefined without a folder, or without a build in it. */
export function findStudio(dir: string | undefined): string | undefined {
  return dir !== undefined && existsSync(join(dir, INDEX)) ? dir : undefined;
}

/**
 * Registers the files and the pages of the studio (docs/studio.md). A page is every path that a browser opens and no route
 * serves. Without a build, `/` leads to `/docs`.
 */
export async function registerStudio(
  app: Api,
  { log }: Pick<ApiDeps, 'log'>,
  { studioDir }: Pick<ApiOptions, 'studioDir'>,
): Promise<void> {
  const dir = findStudio(studioDir);
  if (dir === undefined) {
    if (studioDir !== undefined)
      log.warn('studio_not_built', { dir: studioDir, remedy: 'node scripts/prepare.mjs demo' });
    app.get('/', route, async (_request, reply) => reply.redirect(DOCS_PATH));
    return;
  }
  await app.register(async (scope) => {
    scope.addHook('onRoute', (each) => {
      each.config = { ...each.config, ...route.config };
    });
    await scope.register(serveFiles, {
      root: dir,
      // A route for each file: a wildcard refuses the path `/`.
      wildcard: false,
      cacheControl: false,
      acceptRanges: false,
      setHeaders: (reply, path) => void reply.headers(getStudioHeaders(path)),
    });
    scope.get('/*', route, async (request, reply) =>
      isPageRequest(request) ? reply.sendFile(INDEX) : reply.callNotFound(),
    );
  });
}
