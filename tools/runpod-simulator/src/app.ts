import Fastify, { type FastifyInstance } from 'fastify';
import { createHistory, type History } from './history/history.ts';
import { addCallHooks } from './http/call-hooks.ts';
import { HttpProblem } from './http/problem.ts';
import { addRunPodRoutes } from './http/runpod-routes.ts';
import { addSimulatorRoutes } from './http/simulator-routes.ts';
import { createAccount } from './platform/endpoint.ts';
import { createClock } from './simulation/clock.ts';
import { createFaults, type Faults } from './simulation/faults.ts';
import { resolveSettings, type SimulatorOptions } from './simulation/settings.ts';

/** A local RunPod endpoint: its HTTP app, its pending faults and its history. */
export interface Simulator {
  readonly app: FastifyInstance;
  readonly faults: Faults;
  readonly history: History;
  /** Listens on a free loopback port by default. Returns the base URL for clients (`…/v2`). Throws when the port is in use. */
  listen(at?: { readonly port?: number; readonly host?: string }): Promise<string>;
  /** Ends all calls and timers. Jobs stop in their present state. */
  close(): Promise<void>;
}

/**
 * Creates a simulator of RunPod's queue-based serverless endpoints (docs/runpod.md). Its workers behave as the training
 * container does (docs/container.md). Throws `RangeError` for an invalid time scale or number of workers.
 */
export function createSimulator(options: SimulatorOptions): Simulator {
  const settings = resolveSettings(options);
  const clock = createClock(settings.timeScale, settings.wireTimes);
  const history = createHistory(options.historyFile);
  const faults = createFaults((fault, { jobId, endpointId, op, trainingId, attempt }) =>
    history.record({
      at: clock.now(),
      event: 'fault',
      endpoint_id: endpointId,
      ...(jobId === undefined ? {} : { job_id: jobId }),
      ...(trainingId === undefined ? {} : { training_id: trainingId }),
      ...(attempt === undefined ? {} : { attempt }),
      detail: op === undefined ? fault.kind : `${fault.kind} on ${op}`,
      ...(fault.tag === undefined ? {} : { tag: fault.tag }),
    }),
  );
  const app = createApp(createAccount({ settings, clock, store: options.store, faults, history }));
  return {
    app,
    faults,
    history,
    async listen({ port = 0, host = '127.0.0.1' } = {}) {
      return `${await app.listen({ port, host })}/v2`;
    },
    async close() {
      clock.close();
      await app.close();
    },
  };
}

function createApp(account: ReturnType<typeof createAccount>): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true, exposeHeadRoutes: false });
  addCallHooks(app, account);
  addRunPodRoutes(app, account);
  addSimulatorRoutes(app, account);
  app.setNotFoundHandler(async (_request, reply) => reply.code(404).send({ error: 'not found' }));
  app.setErrorHandler(async (fault: HttpProblem | Error, _request, reply) => {
    if (fault instanceof HttpProblem)
      return reply.code(fault.statusCode).headers(fault.headers).send({ error: fault.message });
    const tooLarge = 'statusCode' in fault && fault.statusCode === 413;
    return reply.code(tooLarge ? 400 : 500).send({ error: fault.message });
  });
  return app;
}
