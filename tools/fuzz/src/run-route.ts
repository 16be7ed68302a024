import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation } from './cases/openapi.ts';
import type { FuzzCase } from './cases/request.ts';
import { type CheckContext, checkResponse } from './check-response.ts';
import type { HttpResponse, Sender } from './server/send.ts';

/** A case whose response has problems. */
export interface Fault {
  readonly route: string;
  /** Index of the case in its route, from 0. */
  readonly number: number;
  readonly testCase: FuzzCase;
  readonly problems: readonly string[];
}

/** Result of a route. */
export interface RouteResult {
  readonly route: string;
  readonly cases: number;
  /** Number of responses by the first digit of their status; 0 for calls without a response. */
  readonly classes: Readonly<Record<number, number>>;
  readonly faults: readonly Fault[];
}

/** Destination of requests and checks of responses. */
export interface RunContext {
  readonly sender: Sender;
  readonly url: string;
  readonly webhookUrl: string;
  readonly checks: CheckContext;
}

const MAX_TRIES = 40;
/** A limit above this is the general limit of the API; a lower limit belongs to the route, and its 429 is a result. */
const MAX_ROUTE_LIMIT = 1_000;

/** Sends the cases of a route in sequence. */
export async function runRoute(
  context: RunContext,
  operation: Operation,
  cases: readonly FuzzCase[],
): Promise<RouteResult> {
  const classes: Record<number, number> = {};
  const faults: Fault[] = [];
  for (const [number, testCase] of cases.entries()) {
    const { status, problems } = await runCase(context, operation, testCase);
    const digit = Math.floor(status / 100);
    classes[digit] = (classes[digit] ?? 0) + 1;
    if (problems.length > 0) faults.push({ route: operation.name, number, testCase, problems });
  }
  return { route: operation.name, cases: cases.length, classes, faults };
}

/** Sends a case and repeats it after `Retry-After` while the general rate limit refuses it. */
async function sendWithRetry(
  { sender, url, webhookUrl }: RunContext,
  testCase: FuzzCase,
): Promise<HttpResponse> {
  for (let tries = 0; ; tries += 1) {
    const answer = await sender.send(testCase.toWebhooks ? webhookUrl : url, testCase);
    const isGeneral = answer.status === 429 && Number(answer.headers['x-ratelimit-limit']) > MAX_ROUTE_LIMIT;
    if (!isGeneral || tries >= MAX_TRIES) return answer;
    await sleep(1_000 * Number(answer.headers['retry-after'] ?? 1));
  }
}

async function runCase(context: RunContext, operation: Operation, testCase: FuzzCase) {
  try {
    const answer = await sendWithRetry(context, testCase);
    return { status: answer.status, problems: checkResponse(operation, testCase, answer, context.checks) };
  } catch (error) {
    return { status: 0, problems: [`has no response: ${String(error)}`] };
  }
}
