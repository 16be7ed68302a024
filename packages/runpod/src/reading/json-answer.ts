import type { Exchange } from '../http/exchange.ts';
import type { Redact } from '../http/redact.ts';
import { toAnswerMessage } from './submission.ts';
import { toObject } from './values.ts';

/** What the answers to status, cancel and health have in common when they are no answer to the question. */
type NoAnswer =
  | { readonly kind: 'missing' }
  | { readonly kind: 'denied'; readonly scope: 'account' | 'endpoint'; readonly message: string }
  | { readonly kind: 'unavailable'; readonly message: string; readonly retryAfterMs?: number };

/** The JSON object of a 2xx answer, or why there is none. */
export type JsonAnswer =
  | { readonly kind: 'answered'; readonly json: Readonly<Record<string, unknown>> }
  | NoAnswer;

/** Sorts out everything that is no 2xx with a JSON object in it. A 404 that names the endpoint is about the endpoint. */
export function toJsonAnswer(exchange: Exchange, redact: Redact): JsonAnswer {
  if (exchange.kind !== 'answer') return { kind: 'unavailable', message: exchange.message };
  const { answer } = exchange;
  const message = toAnswerMessage(answer, redact);
  if (answer.httpStatus >= 200 && answer.httpStatus < 300) {
    const json = toObject(answer.json);
    return json ? { kind: 'answered', json } : { kind: 'unavailable', message: `${message} without JSON` };
  }
  if ([401, 402, 403].includes(answer.httpStatus)) return { kind: 'denied', scope: 'account', message };
  if (answer.httpStatus === 404)
    return /endpoint/i.test(message) ? { kind: 'denied', scope: 'endpoint', message } : { kind: 'missing' };
  const wait = answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs };
  return { kind: 'unavailable', message, ...wait };
}
