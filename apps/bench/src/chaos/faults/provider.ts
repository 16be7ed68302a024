import type { FaultRequest } from '@trainyard/runpod-stand-in';
import type { Injection } from '../plan/schedule.ts';
import type { Inject } from './scene.ts';

type Wish = (injection: Injection) => readonly FaultRequest[];

const FEWEST = 2;
const SPREAD = 6;
const several = ({ pick }: Injection): number => FEWEST + Math.floor(pick * SPREAD);
const oneOf = <T>({ pick }: Injection, first: T, ...more: readonly T[]): T =>
  [first, ...more][Math.floor(pick * (1 + more.length))] ?? first;

/** Asks the stand-in for faults, which strike when their call, run or webhook comes. */
const asked =
  (wish: Wish): Inject =>
  async ({ yard, injection }) => {
    await yard.standIn.strike(...wish(injection));
    return true;
  };

const dropReply = { kind: 'drop', op: 'run', after_accepting: true } as const;

export const loseReply = asked(() => [dropReply]);
export const loseReplyAndWebhooks = asked(() => [dropReply, { kind: 'webhook_lost', times: 3 }]);
/** The run is accepted after its caller has given up. */
export const delayReply = asked(({ forMs }) => [{ kind: 'slow', op: 'run', delay_ms: forMs }]);
export const throttle = asked((injection) => [
  { kind: 'answer', http_status: 429, headers: { 'retry-after': '5' }, times: several(injection) },
]);
export const failCalls = asked((injection) => [
  { kind: 'answer', http_status: oneOf(injection, 500, 502, 503, 504), times: several(injection) },
]);
export const deny = asked((injection) => [
  { kind: 'answer', op: 'run', http_status: oneOf(injection, 401, 402, 403) },
]);
export const failRun = asked((injection) => [
  oneOf<FaultRequest>(
    injection,
    { kind: 'worker_crash' },
    { kind: 'worker_crash', requeue: true },
    { kind: 'out_of_memory' },
    { kind: 'error', message: 'the training ended with an error' },
  ),
]);
export const ignoreOutputKey = asked(() => [{ kind: 'output_key_ignored', times: 2 }]);
export const overtakeResult = asked(({ forMs }) => [{ kind: 'progress_overtakes', for_ms: forMs }]);
export const loseWebhooks = asked((injection) => [{ kind: 'webhook_lost', times: several(injection) }]);
export const delayWebhook = asked(({ forMs }) => [{ kind: 'webhook_late', delay_ms: forMs, times: 2 }]);
export const doubleWebhook = asked(() => [{ kind: 'webhook_duplicate', copies: 3, times: 2 }]);
export const reorderWebhook = asked(({ forMs }) => [
  { kind: 'webhook_reordered', delay_ms: forMs, times: 2 },
]);
