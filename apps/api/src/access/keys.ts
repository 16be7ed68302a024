import { createHash, timingSafeEqual } from 'node:crypto';
import { SCOPES, type Scope } from '@trainyard/contracts';

/** API key with its scope, as the settings hold it (docs/operations/keys.md). */
export interface ApiKey {
  readonly key: string;
  readonly scope: Scope;
}

/** API key as it is kept in memory: its SHA-256 hash and its scope. */
export interface KnownKey {
  readonly hash: Buffer;
  readonly scope: Scope;
}

/** Set of configured API keys, stored as hashes. */
export interface KeyRing {
  /** False when no key is configured. Then only requests from this machine are served. */
  readonly locked: boolean;
  /** Finds a key. Compares every configured hash in constant time. */
  match(key: string): KnownKey | undefined;
  /** Finds a configured key by its hash in hex. */
  byHash(hex: string): KnownKey | undefined;
}

/** Builds the key ring from the configured keys; only their hashes are kept. */
export function createKeyRing(keys: readonly ApiKey[]): KeyRing {
  const known: readonly KnownKey[] = keys.map(({ key, scope }) => ({ hash: hashKey(key), scope }));
  const find = (hash: Buffer): KnownKey | undefined => {
    const matches = known.filter(
      (each) => hash.length === each.hash.length && timingSafeEqual(each.hash, hash),
    );
    return matches[0];
  };
  return {
    locked: known.length > 0,
    match: (key) => find(hashKey(key)),
    byHash: (hex) => find(Buffer.from(hex, 'hex')),
  };
}

function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** Checks whether a scope includes the required one: admin includes write, write includes read. */
export function includesScope(granted: Scope, required: Scope): boolean {
  return SCOPES.indexOf(granted) >= SCOPES.indexOf(required);
}
