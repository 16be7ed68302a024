import { setTimeout as sleep } from 'node:timers/promises';
import type { FuzzCase } from '../cases/request.ts';
import { type Bench, faultsOf } from '../check/answer.ts';
import type { Operation } from '../document/operations.ts';
import type { Answer, Sender } from './send.ts';

/** A case whose answer was not as it should be. */
export interface Fault {
  readonly route: string;
  /** Which of the route's cases, from 0. */
  readonly number: number;
  readonly made: FuzzCase;
  readonly what: readonly string[];
}

/** How a route did. */
export interface RouteResult {
  readonly route: string;
  readonly cases: number;
  /** Answers by the first digit of their status. */
  readonly classes: Readonly<Record<number, number>>;
  readonly faults: readonly Fault[];
}

/** Where requests go, and what answers are held against. */
export interface Stage {
  readonly sender: Sender;
  readonly url: string;
  readonly webhookUrl: string;
  readonly bench: Bench;
}

const MOST_TRIES = 40;
/** Routes that allow fewer calls a minute mean it: being refused is then their answer. */
const OWN_LIMIT = 1_000;

/** Sends a case; while the limit for all routes is met, waits as it is told. */
const answerTo = async ({ sender, url, webhookUrl }: Stage, made: FuzzCase): Promise<Answer> => {
  for (let tries = 0; ; tries += 1) {
    const answer = await sender.send(made.toWebhooks ? webhookUrl : url, made);
    const isGeneral = answer.status === 429 && Number(answer.headers['x-ratelimit-limit']) > OWN_LIMIT;
    if (!isGeneral || tries >= MOST_TRIES) return answer;
    await sleep(1_000 * Number(answer.headers['retry-after'] ?? 1));
  }
};

const playOne = async (stage: Stage, operation: Operation, made: FuzzCase) => {
  try {
    const answer = await answerTo(stage, made);
    return { status: answer.status, what: faultsOf(operation, made, answer, stage.bench) };
  } catch (error) {
    return { status: 0, what: [`gives no answer: ${String(error)}`] };
  }
};

/** Sends the cases of a route one after another. */
export const playRoute = async (
  stage: Stage,
  operation: Operation,
  cases: readonly FuzzCase[],
): Promise<RouteResult> => {
  const classes: Record<number, number> = {};
  const faults: Fault[] = [];
  for (const [number, made] of cases.entries()) {
    const { status, what } = await playOne(stage, operation, made);
    const digit = Math.floor(status / 100);
    classes[digit] = (classes[digit] ?? 0) + 1;
    if (what.length > 0) faults.push({ route: operation.name, number, made, what });
  }
  return { route: operation.name, cases: cases.length, classes, faults };
};
