import { casesOf, type Grounds } from './cases/cases.ts';
import { leaksIn } from './check/answer.ts';
import { createJudge, type Document, type Operation, operationsOf } from './document/operations.ts';
import { playRoute, type RouteResult, type Stage } from './play/play.ts';
import { createSender } from './play/send.ts';
import { createAsk } from './server/ask.ts';
import { SECRETS } from './server/secrets.ts';
import { ACCESS, type FuzzServer, startServer } from './server/server.ts';
import { fillWorld, type World } from './server/world.ts';

/** How long and where to look. */
export interface FuzzPlan {
  readonly seed: number;
  /** Cases of each route. */
  readonly cases: number;
  /** One route alone, as the table names it. */
  readonly route?: string;
  /** Hears of each route as soon as it is done. */
  readonly note?: (result: RouteResult) => void;
}

/** What was found. */
export interface FuzzReport {
  /** Every route of the document. */
  readonly routes: readonly string[];
  readonly results: readonly RouteResult[];
  /** Of the server as a whole: a process that ended, a secret in the log, something that can no longer be read. */
  readonly faults: readonly string[];
}

const groundsOf = ({ known, queries }: World, { path }: Operation): Grounds => ({
  known,
  access: ACCESS,
  queries: queries[path] ?? [],
});

const endFaults = async (server: FuzzServer, secrets: readonly string[]): Promise<readonly string[]> => {
  const ask = createAsk(server);
  const reads = [
    '/readyz',
    '/api/trainings',
    '/api/actors',
    '/api/styles',
    '/api/dispatch',
    '/api/auto-train/runs',
  ];
  const unread = await Promise.all(
    reads.map((path) =>
      ask('GET', path).then(
        () => [],
        (error) => [String(error)],
      ),
    ),
  );
  const leaks = leaksIn(await server.log(), secrets).filter((leak) => leak.includes('secret'));
  return [...server.dead(), ...unread.flat(), ...leaks.map((leak) => `the log ${leak}`)];
};

/** Routes differ, and so do their cases; neighbours do not begin alike. */
const seedOf = (seed: number, { name }: Operation): number =>
  [...name].reduce((sum, char) => (Math.imul(sum, 31) + (char.codePointAt(0) ?? 0)) | 0, seed);

const playAll = async (plan: FuzzPlan, server: FuzzServer): Promise<FuzzReport> => {
  const world = await fillWorld(server);
  const document = (await createAsk(server)('GET', '/openapi.json')) as unknown as Document;
  const operations = operationsOf(document);
  const secrets = [...Object.values(SECRETS), ...world.secrets];
  const sender = createSender();
  const { url, webhookUrl } = server;
  const stage: Stage = { sender, url, webhookUrl, bench: { judge: createJudge(), secrets } };
  const results: RouteResult[] = [];
  for (const operation of operations) {
    if (plan.route !== undefined && plan.route !== operation.name) continue;
    const seed = seedOf(plan.seed, operation);
    const cases = casesOf(operation, groundsOf(world, operation), { seed, count: plan.cases });
    const isHook = operation.tags?.includes('webhooks') ?? false;
    const sent = cases.map((each, n) => ({ ...each, toWebhooks: isHook && n % 2 === 0 }));
    const result = await playRoute(stage, operation, sent);
    results.push(result);
    plan.note?.(result);
  }
  sender.close();
  const faults = await endFaults(server, secrets);
  return { routes: operations.map(({ name }) => name), results, faults };
};

/** Fuzzes every route of the document of a server of its own. Throws when that server does not start. */
export const fuzz = async (plan: FuzzPlan): Promise<FuzzReport> => {
  const server = await startServer();
  try {
    return await playAll(plan, server);
  } finally {
    await server.close();
  }
};
