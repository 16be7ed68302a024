import { StoreUnavailableError } from '@trainyard/application';

/** The state in which Redis refuses commands; `unreachable`: a command had no reply and may have been executed. */
export type RedisFault =
  | 'disk_full'
  | 'out_of_memory'
  | 'read_only'
  | 'too_few_replicas'
  | 'loading'
  | 'busy'
  | 'master_down'
  | 'cluster'
  | 'unreachable';

/** The error codes with which Redis refuses a command because of its own state, and their meaning. */
const REFUSALS = {
  MISCONF: { fault: 'disk_full', reason: 'Redis cannot write to its disk' },
  OOM: { fault: 'out_of_memory', reason: 'Redis has no memory left (maxmemory)' },
  READONLY: { fault: 'read_only', reason: 'Redis is a read-only replica' },
  NOREPLICAS: { fault: 'too_few_replicas', reason: 'Redis has too few replicas' },
  LOADING: { fault: 'loading', reason: 'Redis is still loading its files' },
  BUSY: { fault: 'busy', reason: 'Redis is busy with a script' },
  MASTERDOWN: { fault: 'master_down', reason: 'the master of this Redis is down' },
  CLUSTERDOWN: { fault: 'cluster', reason: 'the cluster of this Redis is down' },
  TRYAGAIN: { fault: 'cluster', reason: 'the cluster of this Redis is moving its keys' },
  MOVED: { fault: 'cluster', reason: 'Redis is a node of a cluster that does not own the keys of Trainyard' },
} as const satisfies Readonly<Record<string, { readonly fault: RedisFault; readonly reason: string }>>;

/** The code is first in the reply. Redis 6.2 prefixes scripts: «ERR Error running script (…): @user_script: 1: -OOM …». */
const REFUSAL_PATTERN = new RegExp(
  `(?:^|^ERR Error running script .*: -)(${Object.keys(REFUSALS).join('|')}) `,
);

/** The messages of ioredis for a command without a reply. */
const NO_REPLY_PATTERN =
  /^(Command timed out|Connection is closed|Stream isn't writeable|.*max retries per request)/;

function getMessage(error: unknown): string {
  return error instanceof Error ? error.message : '';
}

/**
 * The reason when Redis refused a command because of its own state, undefined for every other fault. Redis refuses
 * before the first write of a command or script, so a refused call changed no data. Any other failed call may have been
 * executed.
 */
export function findRefusal(error: unknown): string | undefined {
  return matchRefusal(error)?.reason;
}

/**
 * Classifies the error of a call to Redis, also the StoreUnavailableError of a store. @returns undefined for an error
 * that does not concern the state of Redis, e.g. a syntax error
 */
export function classifyRedisError(error: unknown): RedisFault | undefined {
  const cause = error instanceof StoreUnavailableError ? error.cause : error;
  return matchRefusal(cause)?.fault ?? (NO_REPLY_PATTERN.test(getMessage(cause)) ? 'unreachable' : undefined);
}

function matchRefusal(error: unknown): (typeof REFUSALS)[keyof typeof REFUSALS] | undefined {
  const code = REFUSAL_PATTERN.exec(getMessage(error))?.[1];
  return code === undefined ? undefined : REFUSALS[code as keyof typeof REFUSALS];
}

/** Whether the user may not run a command or use a key (ACL), or the server does not have the command. */
export function isForbidden(error: unknown): boolean {
  return /^(NOPERM|ERR unknown command)|-NOPERM|The user executing the script can't/.test(getMessage(error));
}

/** Converts the error of a failed call to Redis, with the reason that Redis gave. */
export function toStoreUnavailable(error: unknown): StoreUnavailableError {
  return new StoreUnavailableError(error, findRefusal(error));
}

/** Converts a refusal or a missing reply of Redis to StoreUnavailableError; returns every other error unchanged. */
export function toStoreError(error: unknown): unknown {
  return findRefusal(error) !== undefined || NO_REPLY_PATTERN.test(getMessage(error))
    ? toStoreUnavailable(error)
    : error;
}

/**
 * Runs a call to the state store. Throws StoreUnavailableError for every fault of Redis; errors that state themselves
 * whether they are retryable, such as UnreadableTrainingError, pass unchanged.
 */
export async function withStoreErrors<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && 'retryable' in error) throw error;
    throw toStoreUnavailable(error);
  }
}

/** The reply of a pipeline: an error or a value for each command, in order. */
type PipelineReply = readonly (readonly [error: Error | null, value: unknown])[] | null;

/** The values of a pipeline. Throws the error of the first command that failed. */
export function unwrapPipeline(reply: PipelineReply): readonly unknown[] {
  return (reply ?? []).map(([error, value]) => {
    if (error) throw error;
    return value;
  });
}

/** Pairs the flat reply of a command with WITHSCORES: member and score. */
export function toPairs(row: readonly string[]): readonly (readonly [member: string, score: string])[] {
  return row.flatMap((member, index) => (index % 2 === 0 ? [[member, row[index + 1] ?? '0'] as const] : []));
}

/**
 * The layout of trainings and batches in Redis. It is raised when an older process would misread a document; documents of
 * a different layout are refused by name, neither read nor overwritten.
 */
export const LAYOUT = 4;

/** The JSON of a document with its layout. */
export function toDocument(value: object): string {
  return JSON.stringify({ layout: LAYOUT, ...value });
}

/** Parses a JSON object. Throws the error that `toError` makes of a fault, e.g. «it is not JSON». */
export function parseObject(
  text: string,
  toError: (fault: string, options?: ErrorOptions) => Error,
): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw toError('it is not JSON', { cause: error });
  }
  if (typeof value !== 'object' || value === null) throw toError('it is not a JSON object');
  return value as Readonly<Record<string, unknown>>;
}

/** Parses a document of {@link toDocument}. Throws the error of `toError` for a different or missing layout. */
export function parseDocument(
  text: string,
  toError: (fault: string, options?: ErrorOptions) => Error,
): Readonly<Record<string, unknown>> {
  const { layout, ...document } = parseObject(text, toError);
  if (layout === LAYOUT) return document;
  const found = layout === undefined ? 'no layout' : `layout ${JSON.stringify(layout)}`;
  throw toError(
    `it has ${found}; this version reads layout ${LAYOUT}: run the version that wrote it, or start with an empty Redis`,
  );
}
