import { UnreadableTrainingError } from '@trainyard/application';
import type { Redis } from 'ioredis';
import { toStoreUnavailable } from '../redis/store-errors.ts';
import type { Change } from './change.ts';
import { InvalidConcurrencyLimitError } from './control.ts';

/** Runs one of the writing scripts. */
export function runScript(
  redis: Redis,
  script: string,
  change: Change,
  moreKeys: readonly string[] = [],
): Promise<unknown> {
  const keys = [...change.keys, ...moreKeys];
  return redis.eval(
    script,
    keys.length,
    ...keys,
    JSON.stringify(change.facts),
    change.document,
    change.event,
    ...(change.request === undefined ? [] : [change.request]),
  );
}

/** Says of every failing call that the record is away, unless the fault is the caller's or one record's. */
export async function withStoreErrors<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof InvalidConcurrencyLimitError || error instanceof UnreadableTrainingError)
      throw error;
    throw toStoreUnavailable(error);
  }
}

/** Redis gives members and scores in one row. */
export function toPairs(row: readonly string[]): readonly (readonly [string, string])[] {
  return row.flatMap((member, index) => (index % 2 === 0 ? [[member, row[index + 1] ?? '0'] as const] : []));
}
