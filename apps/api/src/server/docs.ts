import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { describeRoute } from './openapi.ts';
import { PAGE_CSP } from './protection.ts';
import type { Api } from './server.ts';

const TAGS = [
  { name: 'trainings', description: 'Ask for trainings, follow and steer them.' },
  { name: 'live', description: 'Server-sent events.' },
  { name: 'dispatch', description: 'Slots, pause and the gate.' },
  { name: 'subjects', description: 'Actors, styles and their versions.' },
  { name: 'files', description: 'Objects by signed links.' },
  { name: 'auto-train', description: 'Train all eligible actors.' },
  { name: 'legacy', description: 'Routes of the tools that came before, kept working.' },
  { name: 'webhooks', description: 'Called by RunPod.' },
  { name: 'session', description: 'A cookie for browsers.' },
  { name: 'health', description: 'For those who watch the process.' },
];

/** `/openapi.json`, and `/docs` to browse it, with nothing from elsewhere; also what a bare address shows. */
export async function registerDocs(app: Api): Promise<void> {
  app.get('/', { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) =>
    reply.redirect(PAGES),
  );
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  await app.register(async (pages) => {
    pages.addHook('onSend', async (_request, reply) => {
      void reply.header('content-security-policy', PAGE_CSP);
    });
    await pages.register(swaggerUi, { routePrefix: PAGES });
  });
}

/** Describes every route that is registered after it. */
export async function registerOpenApi(app: Api, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Trainyard', version, description: 'Queues Flux LoRA trainings on RunPod.' },
      tags: TAGS,
      security: [{ bearer: [] }, { apiKey: [] }],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        },
      },
    },
    transform: describeRoute,
  });
}

const PAGES = '/docs';
