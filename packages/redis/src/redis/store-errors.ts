import { StoreUnavailableError } from '@trainyard/application';

/** The words with which Redis refuses a command for its own sake, not for the command's, and what each says. */
const REFUSAL_REASONS = {
  MISCONF: 'Redis cannot write to its disk',
  OOM: 'Redis has no memory left (maxmemory)',
  READONLY: 'Redis is a read-only replica',
  NOREPLICAS: 'Redis has too few replicas',
  LOADING: 'Redis is still reading its files',
  BUSY: 'Redis is busy with a script',
  MASTERDOWN: 'the master of this Redis is away',
  CLUSTERDOWN: 'the cluster of this Redis is down',
  TRYAGAIN: 'the cluster of this Redis moves its keys',
} as const;

/** First in the reply, or in that of a script of Redis 6.2: «ERR Error running script (…): @user_script: 1: -OOM …». */
const REFUSAL_PATTERN = new RegExp(
  `(?:^|^ERR Error running script .*: -)(${Object.keys(REFUSAL_REASONS).join('|')}) `,
);

/** How ioredis says that no answer came. */
const NO_REPLY_PATTERN =
  /^(Command timed out|Connection is closed|Stream isn't writeable|.*max retries per request)/;

function getMessage(error: unknown): string {
  return error instanceof Error ? error.message : '';
}

/**
 * Why Redis does nothing just now, when this is how it says so. It refuses before the first write of a command or a
 * script, so nothing was done. Undefined for every other fault, whose command may have been done.
 */
export function findRefusal(error: unknown): string | undefined {
  const word = REFUSAL_PATTERN.exec(getMessage(error))?.[1];
  return word === undefined ? undefined : REFUSAL_REASONS[word as keyof typeof REFUSAL_REASONS];
}

/** A failed call to Redis in the words of whoever stands on the record. */
export function toStoreUnavailable(error: unknown): StoreUnavailableError {
  return new StoreUnavailableError(error, findRefusal(error));
}

/** Of any fault: that the record is away, where Redis says so or does not answer; else the fault itself. */
export function toStoreError(error: unknown): unknown {
  return findRefusal(error) !== undefined || NO_REPLY_PATTERN.test(getMessage(error))
    ? toStoreUnavailable(error)
    : error;
}
