import swaggerUi from '@fastify/swagger-ui';
import { CONTENT_SECURITY } from './content-security.ts';
import type { Api } from './server.ts';

/** Path of the page that documents the API. */
export const DOCS_PATH = '/docs';

/** Registers `/openapi.json`, and the page `/docs` that shows it with scripts of this server only. */
export async function registerDocs(app: Api): Promise<void> {
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  await app.register(async (pages) => {
    pages.addHook('onSend', async (_request, reply) => {
      void reply.header('content-security-policy', CONTENT_SECURITY.docs);
    });
    await pages.register(swaggerUi, { routePrefix: DOCS_PATH });
  });
}
