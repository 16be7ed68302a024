import { checkReadiness } from '@trainyard/application';
import { healthSchema } from '@trainyard/contracts';
import { z } from 'zod';
import { describeOperations } from '../openapi/operation.ts';
import type { ApiDeps } from '../server/options.ts';
import type { Api } from '../server/server.ts';

const operations = describeOperations('health', {
  checkLiveness: {
    summary: 'Check that the process is alive',
    description: 'Asks neither Redis nor the object store.',
    errors: [],
    answers: { 200: { description: 'The process is alive.', example: { status: 'ok', reasons: [] } } },
  },
  checkReadiness: {
    summary: 'Check that the process is ready',
    description: 'Each reason names a missing requirement.',
    errors: [],
    answers: {
      200: { description: 'The process is ready.', example: { status: 'ok', reasons: [] } },
      503: {
        description: 'The process is not ready.',
        example: { status: 'unavailable', reasons: ['Redis does not answer'] },
      },
    },
  },
  getMetrics: {
    summary: 'Get the metrics of this process and of the whole system',
    description: 'Text format of Prometheus.',
    errors: [],
    answers: {
      200: {
        description: 'The metrics.',
        example: '# TYPE trainyard_concurrency_limit gauge\ntrainyard_concurrency_limit 2\n',
      },
    },
  },
});

const config = { access: 'public', rateLimit: false } as const;

/** Registers the health and metrics routes (docs/operations/monitoring.md). */
export function registerHealthRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/livez',
    {
      config,
      schema: { ...operations.checkLiveness, response: { 200: healthSchema } },
    },
    async () => ({ status: 'ok' as const, reasons: [] }),
  );
  app.get(
    '/readyz',
    {
      config,
      schema: {
        ...operations.checkReadiness,
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
        ...operations.getMetrics,
        response: { 200: { content: { 'text/plain': { schema: z.string() } } } },
      },
    },
    async (_request, reply) => {
      const texts = await Promise.all([deps.systemMetrics(), deps.metrics.text()]);
      return reply.type(deps.metrics.contentType).send(texts.join(''));
    },
  );
}
