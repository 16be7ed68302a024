import type { Redact, RefusalScope, SubmitResult } from '@trainyard/application';
import type { Answer, Exchange } from '../http/exchange.ts';
import { findFirst, isRunId, toAnswerMessage, toErrorText, toObject, toText } from './job.ts';

/**
 * Parses the result of a submission. Only a request that RunPod clearly did not accept is `refused` or `not_sent`. A
 * fault before the first byte proves that; a connection that failed later, 408, 5xx, a redirect, an HTML page, `{}` and a status without a usable id are `unclear` (I2,
 * docs/runpod.md).
 */
export function readSubmission(exchange: Exchange, redact: Redact): SubmitResult {
  switch (exchange.kind) {
    case 'unreachable':
      return { kind: 'not_sent', reason: 'unreachable', message: exchange.message };
    case 'unsendable':
      return { kind: 'refused', scope: exchange.scope, message: exchange.message };
    case 'broken':
      return { kind: 'unclear', message: exchange.message };
    case 'answer':
      return readAnswer(exchange.answer, redact);
  }
}

function readAnswer(answer: Answer, redact: Redact): SubmitResult {
  const { httpStatus } = answer;
  if (httpStatus >= 200 && httpStatus < 300) return readAccepted(answer, redact);
  const message = toAnswerMessage(answer, redact);
  if (httpStatus === 429) {
    const wait = answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs };
    return { kind: 'not_sent', reason: 'rate_limited', message, ...wait };
  }
  if (httpStatus < 400 || httpStatus === 408 || httpStatus >= 500) return { kind: 'unclear', message };
  return { kind: 'refused', scope: toRefusalScope(httpStatus), httpStatus, message };
}

function readAccepted(answer: Answer, redact: Redact): SubmitResult {
  const object = toObject(answer.json);
  if (!object) return { kind: 'unclear', message: `RunPod responded ${answer.httpStatus} without a job` };
  const { id, status } = object;
  if (isRunId(id)) return { kind: 'accepted', runId: id };
  const named = id !== undefined && id !== null;
  const error = toErrorText(findFirst(object, ['error', 'errors', 'detail', 'message']));
  if (!named && toText(status) === undefined && error !== '')
    return { kind: 'refused', scope: 'request', httpStatus: answer.httpStatus, message: redact(error) };
  return { kind: 'unclear', message: `RunPod responded ${answer.httpStatus} without a usable job id` };
}

/** The scope of a 4xx: the account, the endpoint, or only this request. */
function toRefusalScope(httpStatus: number): RefusalScope {
  if (httpStatus === 401 || httpStatus === 402 || httpStatus === 403) return 'account';
  return httpStatus === 404 ? 'endpoint' : 'request';
}
