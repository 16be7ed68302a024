import { checkReadiness } from '@trainyard/application';
import { healthSchema } from '@trainyard/contracts';
import { z } from 'zod';
import type { ApiDeps } from '../server/options.ts';
import type { Api } from '../server/server.ts';

const tags = ['health'];
const config = { access: 'public', rateLimit: false } as const;
/** The health routes require no key. */
const security: [] = [];

/** Registers the health and metrics routes (docs/operations/monitoring.md). */
export function registerHealthRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/livez',
    {
      config,
      schema: { tags, security, summary: 'Check that the process is alive', response: { 200: healthSchema } },
    },
    async () => ({ status: 'ok' as const, reasons: [] }),
  );
  app.get(
    '/readyz',
    {
      config,
      schema: {
        tags,
        security,
        summary: 'Check that the process is ready, with the reasons when it is not',
        response: { 200: healthSchema, 503: healthSchema },
      },
    },
    async (_request, reply) => {
      const reasons = [...(await checkReadiness(deps))];
      if (reasons.length === 0) return { status: 'ok' as const, reasons };
      return reply.code(503).send({ status: 'unavailable' as const, reasons });
    },
  );
  registerMetricsRoute(app, deps);
}

function registerMetricsRoute(app: Api, deps: ApiDeps): void {
  app.get(
    '/metrics',
    {
      schema: {
        tags,
        summary: 'Get the metrics of this process and of the whole system for Prometheus',
        response: { 200: { content: { 'text/plain': { schema: z.string() } } } },
      },
    },
    async (_request, reply) => {
      const texts = await Promise.all([deps.systemMetrics(), deps.metrics.text()]);
      return reply.type(deps.metrics.contentType).send(texts.join(''));
    },
  );
}
