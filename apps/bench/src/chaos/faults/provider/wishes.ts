import type { FaultRequest } from '@trainyard/runpod-simulator';
import type { Injection } from '../../plan/schedule.ts';
import type { Inject } from '../scene.ts';
import { lasting } from '../scene.ts';
import { onNextCalls, onOneTraining } from './aiming.ts';

const FEWEST = 2;
const SPREAD = 6;
const several = ({ pick }: Injection): number => FEWEST + Math.floor(pick * SPREAD);
const oneOf = <T>({ pick }: Injection, first: T, ...more: readonly T[]): T =>
  [first, ...more][Math.floor(pick * (1 + more.length))] ?? first;

const dropReply = { kind: 'drop', op: 'run', after_accepting: true } as const;
/** The provider tries a webhook three times in a row. */
const noWebhook = { kind: 'webhook_lost', times: 3 } as const;

export const loseReply = onOneTraining(['submission'], () => [dropReply]);
export const loseReplyAndWebhooks = onOneTraining(['submission', 'end'], () => [dropReply, noWebhook]);
/** The run is accepted after its caller has given up. */
export const delayReply = onOneTraining(['submission'], ({ forMs }) => [
  { kind: 'slow', op: 'run', delay_ms: forMs },
]);
export const throttle = onNextCalls((injection) => [
  { kind: 'answer', http_status: 429, headers: { 'retry-after': '5' }, times: several(injection) },
]);
export const failCalls = onNextCalls((injection) => [
  { kind: 'answer', http_status: oneOf(injection, 500, 502, 503, 504), times: several(injection) },
]);

const denyOnce = onOneTraining(['submission'], (injection) => [
  { kind: 'answer', op: 'run', http_status: oneOf(injection, 401, 402, 403) },
]);
/** Key or credit are gone; some minutes later a person has put it right and opens the gate. */
export const deny: Inject = async (scene) => {
  const blow = await denyOnce(scene);
  if (blow?.at === undefined) return blow;
  await lasting(scene);
  await scene.yard.api.insist({ method: 'PUT', path: '/api/dispatch', body: { gate: null } });
  return blow;
};

export const failRun = onOneTraining(['worker'], (injection) => [
  oneOf<FaultRequest>(
    injection,
    { kind: 'worker_crash' },
    { kind: 'worker_crash', requeue: true },
    { kind: 'out_of_memory' },
    { kind: 'error', message: 'the training ended with an error' },
  ),
]);
export const ignoreOutputKey = onOneTraining(['end'], () => [{ kind: 'output_key_ignored' }]);
export const overtakeResult = onOneTraining(['end'], ({ forMs }) => [
  { kind: 'progress_overtakes', for_ms: forMs },
]);
export const loseWebhooks = onOneTraining(['end'], () => [noWebhook]);
export const delayWebhook = onOneTraining(['end'], ({ forMs }) => [
  { kind: 'webhook_late', delay_ms: forMs },
]);
export const doubleWebhook = onOneTraining(['end'], () => [{ kind: 'webhook_duplicate', copies: 3 }]);
export const reorderWebhook = onOneTraining(['end'], ({ forMs }) => [
  { kind: 'webhook_reordered', delay_ms: forMs },
]);
