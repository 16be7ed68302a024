import type { FastifyInstance } from 'fastify';
import { type ZodError, z } from 'zod';
import type { Account } from '../platform/endpoint.ts';
import { faultSchema } from '../simulation/faults.ts';
import { HttpProblem } from './problem.ts';

const timeScaleSchema = z.strictObject({ time_scale: z.number().positive().max(1_000) });
const faultsSchema = z.union([z.array(faultSchema), faultSchema]);

/**
 * Adds the routes that RunPod does not have: `POST`, `GET` and `DELETE /__simulator/faults`, and
 * `GET /__simulator/history` with its gauges (`?from=…&to=…` limits them, in unscaled epoch ms), and
 * `PUT /__simulator/time-scale`, which changes the speed while runs are live.
 */
export function addSimulatorRoutes(app: FastifyInstance, { faults, history, clock }: Account): void {
  app.post('/__simulator/faults', async (request, reply) => {
    const parsed = faultsSchema.safeParse(request.body);
    if (!parsed.success) throw new HttpProblem(400, formatReason(parsed.error, request.body));
    faults.push(...[parsed.data].flat());
    reply.code(201);
    return { faults: faults.list() };
  });
  app.put('/__simulator/time-scale', async (request) => {
    const parsed = timeScaleSchema.safeParse(request.body);
    if (!parsed.success) throw new HttpProblem(400, z.prettifyError(parsed.error).replaceAll('\n', ' '));
    clock.setTimeScale(parsed.data.time_scale);
    return parsed.data;
  });
  app.get('/__simulator/faults', async () => ({ faults: faults.list() }));
  app.delete('/__simulator/faults', async () => {
    faults.clear();
    return { faults: [] };
  });
  app.get<{ Querystring: { from?: string; to?: string } }>('/__simulator/history', async ({ query }) => {
    const within =
      query.from === undefined && query.to === undefined
        ? undefined
        : { from: Number(query.from ?? 0), to: Number(query.to ?? Date.now()) };
    return {
      live: history.live(),
      max_live: history.maxLive(within),
      ...(within ? { mean_live: history.meanLive([within]) } : {}),
      timeline: history.timeline(),
      double_acceptances: history.doubleAcceptances(),
      jobs: history.jobs(),
      events: history.events(),
    };
  });
}

/** Reports the issues of the first invalid fault instead of the mismatch of the union. */
function formatReason(error: ZodError, body: unknown): string {
  const first = [body]
    .flat()
    .map((each) => faultSchema.safeParse(each).error)
    .find((each) => each !== undefined);
  return z.prettifyError(first ?? error).replaceAll('\n', ' ');
}
