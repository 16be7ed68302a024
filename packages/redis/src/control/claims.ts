import { randomUUID } from 'node:crypto';
import type { ClaimResult, IdempotencyClaims, SavedResponse } from '@trainyard/application';
import type { Redis } from 'ioredis';
import { withStoreErrors } from '../redis/calls.ts';
import type { Keys } from '../redis/keys.ts';
import {
  claimIdempotencyKey,
  endIdempotencyClaim,
  saveIdempotencyNote,
} from '../scripts/training-scripts.ts';

/** The time to live of an Idempotency-Key: 24 h. */
export const CLAIM_SECONDS = 24 * 3600;
/** The lease of an owner, longer than the longest request. Real ms. */
const LEASE_MS = 60_000;

/** Claims of Idempotency-Keys for the calls that are not claimed in the script of their effect. */
export function createClaims(redis: Redis, keys: Keys): IdempotencyClaims {
  const endClaim = (key: string, owner: string, field?: readonly [string, string]): Promise<void> =>
    withStoreErrors(() => endIdempotencyClaim(redis, keys.claim(key), owner, field));
  return {
    claim: ({ key, fingerprint }) =>
      withStoreErrors(async () => {
        const owner = randomUUID();
        const lease = { fingerprint, owner, leaseMs: LEASE_MS };
        return parseClaimReply(
          owner,
          await claimIdempotencyKey(redis, keys.claim(key), lease, CLAIM_SECONDS),
        );
      }),
    getOrSaveNote: (key, note) => withStoreErrors(() => saveIdempotencyNote(redis, keys.claim(key), note)),
    saveResponse: (key, owner, response) => endClaim(key, owner, ['response', JSON.stringify(response)]),
    release: (key, owner) => endClaim(key, owner),
    markInterrupted: (key, owner) => endClaim(key, owner, ['lease_until', '0']),
  };
}

function parseClaimReply(owner: string, [kind, detail = '']: readonly string[]): ClaimResult {
  if (kind === 'replayed') return { kind, response: JSON.parse(detail) as SavedResponse };
  if (kind === 'in_flight' || kind === 'conflict') return { kind };
  return { kind: 'claimed', owner, interrupted: detail === 'interrupted' };
}
