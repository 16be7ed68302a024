import type { DispatchControl, Gate, Notification } from '@trainyard/application';
import type { Redis } from 'ioredis';
import { type Keys, STREAM_KEPT } from '../redis/keys.ts';
import { CLOSE_GATE, OPEN_GATE } from './scripts.ts';

/** Reads pause, gate and bound. A bound that is not set reads as 0: nothing is dispatched then. */
export const readControl = async (redis: Redis, keys: Keys): Promise<DispatchControl> => {
  const fields = await redis.hgetall(keys.control);
  const { bound, paused, reason, epoch, mark: highWaterMark } = fields;
  const gate = gateOf(fields);
  return {
    maxConcurrency: Number(bound ?? 0),
    paused: paused === '1',
    ...(reason !== undefined && { reason }),
    ...(epoch !== undefined && { epoch }),
    ...(highWaterMark !== undefined && { highWaterMark }),
    ...(gate && { gate }),
  };
};

/** What is known of a trial: since when it is offered, who passed (the script that takes a slot writes it), when it failed. */
const TRIAL_FIELDS = ['trial_since', 'trial_of', 'trial_failed_at'] as const;

const gateOf = (fields: Readonly<Record<string, string>>): Gate | undefined => {
  const { gate, trial_since: since, trial_of: passed, trial_failed_at: failedAt } = fields;
  if (gate === undefined) return undefined;
  const who = passed === undefined ? {} : (JSON.parse(passed) as { trainingId: string; attempt: number });
  return {
    ...(JSON.parse(gate) as Gate),
    ...(since !== undefined && { probeRun: { since: Number(since), ...who } }),
    ...(failedAt !== undefined && { probeFailedAt: Number(failedAt) }),
  };
};

/** What may be changed; absent stays, a gate of null opens it. */
export interface ControlChange {
  readonly bound?: number;
  readonly paused?: boolean;
  readonly reason?: string;
  readonly gate?: DispatchControl['gate'] | null;
  readonly trial?: { readonly since: number } | { readonly failedAt: number };
}

/** Thrown when a bound would remove the bound. */
export class InvalidBoundError extends Error {
  readonly code = 'invalid_bound';
  readonly retryable = false;
  constructor(bound: number) {
    super(`The bound must be a whole number of at least 1, not ${bound}`);
    this.name = 'InvalidBoundError';
  }
}

const newsOfClosing = (gate: Gate): Notification => ({
  id: `gate.closed.${gate.since}`,
  type: 'gate.closed',
  at: gate.since,
  gate,
});

/** Writes what changed in one transaction. @param now epoch ms. Throws {@link InvalidBoundError}. */
export const writeControl = async (
  redis: Redis,
  keys: Keys,
  { bound, paused, reason, gate, trial, now }: ControlChange & { readonly now: number },
): Promise<void> => {
  if (bound !== undefined && !(Number.isSafeInteger(bound) && bound >= 1)) throw new InvalidBoundError(bound);
  const write = redis.multi();
  if (bound !== undefined) write.hset(keys.control, 'bound', bound);
  if (paused !== undefined) write.hset(keys.control, 'paused', paused ? '1' : '0');
  if (paused === false) write.hdel(keys.control, 'reason');
  if (reason !== undefined) write.hset(keys.control, 'reason', reason);
  if (gate === null) write.eval(OPEN_GATE, 2, keys.control, keys.outbox, now);
  if (gate) {
    const { probeRun: _, probeFailedAt: __, ...closed } = gate;
    const news = JSON.stringify(newsOfClosing(closed));
    write.eval(CLOSE_GATE, 2, keys.control, keys.outbox, JSON.stringify(closed), news, gate.since);
  }
  if (trial) {
    write.hdel(keys.control, ...TRIAL_FIELDS);
    write.hset(
      keys.control,
      'since' in trial ? { trial_since: trial.since } : { trial_failed_at: trial.failedAt },
    );
  }
  write.xadd(keys.stream, 'MAXLEN', '~', STREAM_KEPT, '*', 'dispatch', '1');
  await write.exec();
};
