import { toDefaultOutputKey } from '@trainyard/domain';
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
/** The provider sends a webhook up to three times. */
const webhookLost = { kind: 'webhook_lost', times: 3 } as const;

/** Accepts a submission and resets its connection before the response. */
export const loseReply = injectIntoTraining(['submission'], () => [dropReply]);

/** Loses the response of a submission and the webhooks of its run. */
export const loseReplyAndWebhooks = injectIntoTraining(['submission', 'end'], () => [dropReply, webhookLost]);

/** Loses the response to a submission; the container of its run returns long after it uploaded the model. */
export const loseReplyAndReturnLate = injectIntoTraining(['submission', 'end'], ({ forMs }) => [
  dropReply,
  { kind: 'return_late', for_ms: forMs },
]);

/** Delays a submission beyond the timeout of the request and accepts it then. */
export const delayReply = injectIntoTraining(['submission'], ({ forMs }) => [
  { kind: 'slow', op: 'run', delay_ms: forMs },
]);

/** Answers the next 2–7 calls with 429 and `Retry-After: 5`. */
export const throttleCalls = injectIntoNextCalls((injection) => [
  { kind: 'answer', http_status: 429, headers: { 'retry-after': '5' }, times: pickCallCount(injection) },
]);

/** Answers the next 2–7 calls with 500, 502, 503 or 504. */
export const failCalls = injectIntoNextCalls((injection) => [
  { kind: 'answer', http_status: pickOne(injection, 500, 502, 503, 504), times: pickCallCount(injection) },
]);

const denyOnce = injectIntoTraining(['submission'], (injection) => [
  { kind: 'answer', op: 'run', http_status: pickOne(injection, 401, 402, 403) },
]);

/** Answers a submission with 401, 402 or 403; after the duration of the fault an operator opens the gate. */
export const denyCalls: Injector = async (context) => {
  const result = await denyOnce(context);
  if (result?.at === undefined) return result;
  await waitFaultDuration(context);
  await context.cluster.api.callUntilAnswered({ method: 'PUT', path: '/api/dispatch', body: { gate: null } });
  return result;
};

/** Fails a run: worker crash with or without requeue, out of memory, or an error. */
export const failRun = injectIntoTraining(['worker'], (injection) => [
  pickOne<FaultRequest>(
    injection,
    { kind: 'worker_crash' },
    { kind: 'worker_crash', requeue: true },
    { kind: 'out_of_memory' },
    { kind: 'error', message: 'the training ended with an error' },
  ),
]);

/** Lets the container write the model under its own name instead of `output_key`. */
export const ignoreOutputKey = injectIntoTraining(['end'], () => [{ kind: 'output_key_ignored' }]);

/**
 * Lets the container report a false address although its model is uploaded: that of another training's model in two of
 * three cases, else an object of another bucket or a text that is no address.
 */
export const reportForeignAddress = injectIntoTraining(['end'], (injection, [other = 'none']) => {
  const foreign = toDefaultOutputKey(other, 1);
  const lora_url = pickOne(
    injection,
    ...([
      foreign,
      foreign,
      foreign,
      foreign,
      's3://another-bucket/secret.safetensors',
      '/output//a',
    ] as const),
  );
  return [{ kind: 'address_replaced', lora_url }];
});

/** Shows a completed run as IN_PROGRESS again for the duration of the fault. */
export const overtakeResult = injectIntoTraining(['end'], ({ forMs }) => [
  { kind: 'progress_after_result', for_ms: forMs },
]);

/** Loses all webhooks of a run. */
export const loseWebhooks = injectIntoTraining(['end'], () => [webhookLost]);

/** Delays the webhook of a run. */
export const delayWebhook = injectIntoTraining(['end'], ({ forMs }) => [
  { kind: 'webhook_late', delay_ms: forMs },
]);

/** Sends the webhook of a run three times. */
export const duplicateWebhook = injectIntoTraining(['end'], () => [{ kind: 'webhook_duplicate', copies: 3 }]);

/** Holds a webhook back until a later webhook was sent. */
export const reorderWebhook = injectIntoTraining(['end'], ({ forMs }) => [
  { kind: 'webhook_reordered', delay_ms: forMs },
]);
