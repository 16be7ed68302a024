import { createHash, timingSafeEqual } from 'node:crypto';
import { SCOPES, type Scope } from '@trainyard/contracts';
import type { ApiKey } from '../server/options.ts';

/** A key as it is kept in memory: never in plain words. */
export interface KnownKey {
  readonly hash: Buffer;
  readonly scope: Scope;
}

/** The keys that open the API, by their hashes. */
export interface KeyRing {
  /** False when no key is configured: then only this machine may call (SPEC §5.5). */
  readonly locked: boolean;
  /** Every known key is compared, each in constant time. */
  match(key: string): KnownKey | undefined;
  /** The key of that hash (hex), while it is still configured. */
  byHash(hex: string): KnownKey | undefined;
}

function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** Hashes the configured keys. */
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

/** Whether a scope includes another: admin includes write, write includes read. */
export function includesScope(held: Scope, wanted: Scope): boolean {
  return SCOPES.indexOf(held) >= SCOPES.indexOf(wanted);
}
