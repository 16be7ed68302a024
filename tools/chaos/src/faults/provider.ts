import type { FaultRequest } from '@trainyard/runpod-simulator';
import type { Injector } from '../injection/context.ts';
import { waitFaultDuration } from '../injection/context.ts';
import { injectIntoNextCalls, injectIntoTraining } from '../injection/target.ts';
import type { Injection } from '../plan/schedule.ts';

const MIN_CALLS = 2;
const CALL_SPREAD = 6;
function pickCallCount({ pick }: Injection): number {
  return MIN_CALLS + Math.floor(pick * CALL_SPREAD);
}
function pickOne<T>({ pick }: Injection, first: T, ...more: readonly T[]): T {
  return [first, ...more][Math.floor(pick * (1 + more.length))] ?? first;
}

const dropReply = { kind: 'drop', op: 'run', after_accepting: true } as const;
/** The provider tries a webhook three times in a row. */
const webhookLost = { kind: 'webhook_lost', times: 3 } as const;

export const loseReply = injectIntoTraining(['submission'], () => [dropReply]);
export const loseReplyAndWebhooks = injectIntoTraining(['submission', 'end'], () => [dropReply, webhookLost]);
/** The run is accepted after its caller has given up. */
export const delayReply = injectIntoTraining(['submission'], ({ forMs }) => [
  { kind: 'slow', op: 'run', delay_ms: forMs },
]);
export const throttleCalls = injectIntoNextCalls((injection) => [
  { kind: 'answer', http_status: 429, headers: { 'retry-after': '5' }, times: pickCallCount(injection) },
]);
export const failCalls = injectIntoNextCalls((injection) => [
  { kind: 'answer', http_status: pickOne(injection, 500, 502, 503, 504), times: pickCallCount(injection) },
]);

const denyOnce = injectIntoTraining(['submission'], (injection) => [
  { kind: 'answer', op: 'run', http_status: pickOne(injection, 401, 402, 403) },
]);
/** Key or credit are gone; some minutes later a person has put it right and opens the gate. */
export const denyCalls: Injector = async (context) => {
  const result = await denyOnce(context);
  if (result?.at === undefined) return result;
  await waitFaultDuration(context);
  await context.cluster.api.callUntilAnswered({ method: 'PUT', path: '/api/dispatch', body: { gate: null } });
  return result;
};

export const failRun = injectIntoTraining(['worker'], (injection) => [
  pickOne<FaultRequest>(
    injection,
    { kind: 'worker_crash' },
    { kind: 'worker_crash', requeue: true },
    { kind: 'out_of_memory' },
    { kind: 'error', message: 'the training ended with an error' },
  ),
]);
export const ignoreOutputKey = injectIntoTraining(['end'], () => [{ kind: 'output_key_ignored' }]);
export const overtakeResult = injectIntoTraining(['end'], ({ forMs }) => [
  { kind: 'progress_after_result', for_ms: forMs },
]);
export const loseWebhooks = injectIntoTraining(['end'], () => [webhookLost]);
export const delayWebhook = injectIntoTraining(['end'], ({ forMs }) => [
  { kind: 'webhook_late', delay_ms: forMs },
]);
export const duplicateWebhook = injectIntoTraining(['end'], () => [{ kind: 'webhook_duplicate', copies: 3 }]);
export const reorderWebhook = injectIntoTraining(['end'], ({ forMs }) => [
  { kind: 'webhook_reordered', delay_ms: forMs },
]);
