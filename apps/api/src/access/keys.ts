import { createHash, timingSafeEqual } from 'node:crypto';
import { SCOPES, type Scope } from '@trainyard/contracts';

/** API key with its scope, as the settings hold it (docs/operations/keys.md). */
export interface ApiKey {
  readonly key: string;
  readonly scope: Scope;
}

/** API key as it is kept in memory: its digest and its scope. */
export interface KnownKey {
  /** SHA-256 digest of the key in hex. */
  readonly digest: string;
  readonly scope: Scope;
}

/** Set of configured API keys, stored as hashes. */
export interface KeyRing {
  /** False when no key is configured. Then only requests from this machine are served. */
  readonly locked: boolean;
  /** Finds a key. Compares every configured hash in constant time. */
  match(key: string): KnownKey | undefined;
  /** Finds a configured key by its digest. */
  byDigest(digest: string): KnownKey | undefined;
  /** Digests of all configured keys. */
  readonly digests: readonly string[];
}

/** Builds the key ring from the configured keys; only their hashes are kept. */
export function createKeyRing(keys: readonly ApiKey[]): KeyRing {
  const known: readonly KnownKey[] = keys.map(({ key, scope }) => ({ digest: hashKey(key), scope }));
  const find = (digest: string): KnownKey | undefined => {
    const matches = known.filter((each) => isEqualDigest(each.digest, digest));
    return matches[0];
  };
  return {
    locked: known.length > 0,
    match: (key) => find(hashKey(key)),
    byDigest: find,
    digests: known.map(({ digest }) => digest),
  };
}

function isEqualDigest(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Checks whether a scope includes the required one: admin includes write, write includes read. */
export function includesScope(granted: Scope, required: Scope): boolean {
  return SCOPES.indexOf(granted) >= SCOPES.indexOf(required);
}
