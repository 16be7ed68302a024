import type { DispatchControl, Gate, Notification } from '@trainyard/application';
import type { Redis } from 'ioredis';
import { type Keys, STREAM_MAX_LENGTH } from '../redis/keys.ts';
import { CLOSE_GATE, OPEN_GATE } from '../scripts/trainings.ts';

/** Reads pause, gate and max_concurrency. A max_concurrency that is not set reads as 0: nothing is dispatched then. */
export async function readControl(redis: Redis, keys: Keys): Promise<DispatchControl> {
  const fields = await redis.hgetall(keys.control);
  const { max_concurrency: maxConcurrency, paused, reason, epoch, high_water_mark: highWaterMark } = fields;
  const gate = parseGate(fields);
  return {
    maxConcurrency: Number(maxConcurrency ?? 0),
    paused: paused === '1',
    ...(reason !== undefined && { reason }),
    ...(epoch !== undefined && { epoch }),
    ...(highWaterMark !== undefined && { highWaterMark }),
    ...(gate && { gate }),
  };
}

/** What is known of a trial: since when it is offered, who passed (the script that takes a slot writes it), when it failed. */
const PROBE_RUN_FIELDS = ['probe_since', 'probe_run', 'probe_failed_at'] as const;

function parseGate(fields: Readonly<Record<string, string>>): Gate | undefined {
  const { gate, probe_since: since, probe_run: probeRunJson, probe_failed_at: failedAt } = fields;
  if (gate === undefined) return undefined;
  const dispatched =
    probeRunJson === undefined ? {} : (JSON.parse(probeRunJson) as { trainingId: string; attempt: number });
  return {
    ...(JSON.parse(gate) as Gate),
    ...(since !== undefined && { probeRun: { since: Number(since), ...dispatched } }),
    ...(failedAt !== undefined && { probeFailedAt: Number(failedAt) }),
  };
}

/** What may be changed; absent stays, a gate of null opens it. */
export interface ControlChange {
  readonly maxConcurrency?: number;
  readonly paused?: boolean;
  readonly reason?: string;
  readonly gate?: DispatchControl['gate'] | null;
  readonly probeRun?: { readonly since: number } | { readonly failedAt: number };
}

/** Thrown when a max_concurrency would remove the max_concurrency. */
export class InvalidConcurrencyLimitError extends Error {
  readonly code = 'invalid_concurrency_limit';
  readonly retryable = false;
  constructor(maxConcurrency: number) {
    super(`The max_concurrency must be a whole number of at least 1, not ${maxConcurrency}`);
    this.name = 'InvalidBoundError';
  }
}

function toGateClosedNotification(gate: Gate): Notification {
  return {
    id: `gate.closed.${gate.since}`,
    type: 'gate.closed',
    at: gate.since,
    gate,
  };
}

/** Writes what changed in one transaction. @param now epoch ms. Throws {@link InvalidConcurrencyLimitError}. */
export async function writeControl(
  redis: Redis,
  keys: Keys,
  { maxConcurrency, paused, reason, gate, probeRun, now }: ControlChange & { readonly now: number },
): Promise<void> {
  if (maxConcurrency !== undefined && !(Number.isSafeInteger(maxConcurrency) && maxConcurrency >= 1))
    throw new InvalidConcurrencyLimitError(maxConcurrency);
  const write = redis.multi();
  if (maxConcurrency !== undefined) write.hset(keys.control, 'max_concurrency', maxConcurrency);
  if (paused !== undefined) write.hset(keys.control, 'paused', paused ? '1' : '0');
  if (paused === false) write.hdel(keys.control, 'reason');
  if (reason !== undefined) write.hset(keys.control, 'reason', reason);
  if (gate === null) write.eval(OPEN_GATE, 2, keys.control, keys.outbox, now);
  if (gate) {
    const { probeRun: _, probeFailedAt: __, ...closed } = gate;
    const notification = JSON.stringify(toGateClosedNotification(closed));
    write.eval(CLOSE_GATE, 2, keys.control, keys.outbox, JSON.stringify(closed), notification, gate.since);
  }
  if (probeRun) {
    write.hdel(keys.control, ...PROBE_RUN_FIELDS);
    write.hset(
      keys.control,
      'since' in probeRun ? { probe_since: probeRun.since } : { probe_failed_at: probeRun.failedAt },
    );
  }
  write.xadd(keys.stream, 'MAXLEN', '~', STREAM_MAX_LENGTH, '*', 'dispatch', '1');
  await write.exec();
}
