import { type CaseInputs, generateCases } from './cases/cases.ts';
import {
  createSchemaValidator,
  listOperations,
  type OpenApiDocument,
  type Operation,
} from './cases/openapi.ts';
import { generateTextCases } from './cases/text-fields.ts';
import { findLeaks } from './check-response.ts';
import { type RouteResult, type RunContext, runRoute } from './run-route.ts';
import { createFixtures, type Fixtures } from './server/fixtures.ts';
import { SECRETS } from './server/secrets.ts';
import { createApiCaller, createSender } from './server/send.ts';
import { CREDENTIALS, type FuzzServer, startServer } from './server/server.ts';
import { endAllTrainings } from './server/settle.ts';

/** Options of {@link fuzz}. */
export interface FuzzPlan {
  readonly seed: number;
  /** Number of cases per route. */
  readonly cases: number;
  /** Hostile values for each text field of a route; all by default. */
  readonly valuesPerField?: number;
  /** Only this route, as method and path; all routes by default. */
  readonly route?: string;
  /** Called when a route is done. */
  readonly onRoute?: (result: RouteResult) => void;
}

/** Results of all routes and of the server. */
export interface FuzzReport {
  /** All routes of the document. */
  readonly routes: readonly string[];
  readonly results: readonly RouteResult[];
  /** Faults of the server: an exited process, a secret in a log, or a list that is not readable afterwards. */
  readonly faults: readonly string[];
}

/** Starts a server and fuzzes the routes of its OpenAPI document. Throws when the server does not start. */
export async function fuzz(plan: FuzzPlan): Promise<FuzzReport> {
  const server = await startServer();
  try {
    return await fuzzRoutes(plan, server);
  } finally {
    await server.close();
  }
}

function toCaseInputs({ known, queries }: Fixtures, { path }: Operation): CaseInputs {
  return {
    known,
    access: CREDENTIALS,
    queries: queries[path] ?? [],
  };
}

async function checkServer(server: FuzzServer, secrets: readonly string[]): Promise<readonly string[]> {
  const callApi = createApiCaller(server);
  const reads = [
    '/readyz',
    '/api/trainings',
    '/api/actors',
    '/api/styles',
    '/api/dispatch',
    '/api/auto-train/runs',
  ];
  const unreadable = await Promise.all(
    reads.map((path) =>
      callApi('GET', path).then(
        () => [],
        (error) => [String(error)],
      ),
    ),
  );
  const leaks = findLeaks(await server.readLog(), secrets).filter((leak) => leak.includes('secret'));
  return [...server.listExited(), ...unreadable.flat(), ...leaks.map((leak) => `the log ${leak}`)];
}

/** Derives a seed from the name of a route, so that routes do not start with the same cases. */
function deriveSeed(seed: number, { name }: Operation): number {
  return [...name].reduce((sum, char) => (Math.imul(sum, 31) + (char.codePointAt(0) ?? 0)) | 0, seed);
}

async function fuzzRoutes(plan: FuzzPlan, server: FuzzServer): Promise<FuzzReport> {
  const fixtures = await createFixtures(server);
  const document = (await createApiCaller(server)('GET', '/openapi.json')) as unknown as OpenApiDocument;
  const operations = listOperations(document);
  const secrets = [...Object.values(SECRETS), ...fixtures.secrets];
  const sender = createSender();
  const { url, webhookUrl } = server;
  const context: RunContext = {
    sender,
    url,
    webhookUrl,
    checks: { validate: createSchemaValidator(), secrets },
  };
  const results: RouteResult[] = [];
  for (const operation of operations) {
    if (plan.route !== undefined && plan.route !== operation.name) continue;
    const seed = deriveSeed(plan.seed, operation);
    const cases = generateCases(operation, toCaseInputs(fixtures, operation), { seed, count: plan.cases });
    const { known } = fixtures;
    const { valuesPerField } = plan;
    const texts = generateTextCases(operation, {
      ...{ known, seed, valuesPerField },
      headers: CREDENTIALS.full,
      queries: fixtures.queries[operation.path] ?? [],
    });
    const isWebhook = operation.tags?.includes('webhooks') ?? false;
    const sent = [...cases, ...texts].map((each, n) => ({ ...each, toWebhooks: isWebhook && n % 2 === 0 }));
    const result = await runRoute(context, operation, sent);
    results.push(result);
    plan.onRoute?.(result);
  }
  sender.close();
  const stuck = await endAllTrainings(createApiCaller(server));
  const faults = [...stuck, ...(await checkServer(server, secrets))];
  return { routes: operations.map(({ name }) => name), results, faults };
}
