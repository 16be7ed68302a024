import type { Exchange } from '../http/exchange.ts';
import type { Redact } from '../http/redact.ts';
import { toAnswerMessage } from './submission.ts';
import { toObject } from './values.ts';

/** The results that status, cancel and health share when the response is not a JSON object of status 2xx. */
type NoAnswer =
  | { readonly kind: 'missing' }
  | { readonly kind: 'denied'; readonly scope: 'account' | 'endpoint'; readonly message: string }
  | { readonly kind: 'unavailable'; readonly message: string; readonly retryAfterMs?: number };

/** The JSON object of a 2xx response, or the reason for its absence. */
export type JsonAnswer =
  | { readonly kind: 'answered'; readonly json: Readonly<Record<string, unknown>> }
  | NoAnswer;

/** Classifies a response: the JSON object of a 2xx, or a result without it. A 404 that names the endpoint denies it. */
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
