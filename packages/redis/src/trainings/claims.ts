import { randomUUID } from 'node:crypto';
import type { ClaimResult, IdempotencyClaims, SavedResponse } from '@trainyard/application';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';
import { withStoreErrors } from './run-script.ts';

/** How long a key is remembered (SPEC §5). */
export const CLAIM_SECONDS = 24 * 3600;
/** Longer than any answer may take. Real ms. */
const LEASE_MS = 60_000;

/*
 * The hash is the one in which an accepted training leaves its claim, so that a key stands for one request of all.
 * A claim of our own that comes again after a lost reply is known by its owner.
 *
 * KEYS 1 claim; ARGV 1 fingerprint, 2 owner, 3 lease in ms, 4 seconds to keep
 */
const CLAIM = `
local had = redis.call('HMGET', KEYS[1], 'fingerprint', 'owner', 'until', 'answer')
if had[1] and had[1] ~= ARGV[1] then return {'conflict'} end
if had[4] then return {'replayed', had[4]} end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if had[1] and had[2] ~= ARGV[2] and tonumber(had[3] or '0') > now then return {'in_flight'} end
redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1], 'owner', ARGV[2], 'until', string.format('%.0f', now + ARGV[3]))
redis.call('EXPIRE', KEYS[1], ARGV[4])
return {'claimed', (had[1] and had[2] ~= ARGV[2]) and 'again' or 'first'}
`;

/** KEYS 1 claim; ARGV 1 owner, 2 field, 3 value; an empty field lets the claim go. */
const END_CLAIM = `
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
return redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
`;

/** KEYS 1 claim; ARGV 1 note. A claim that is gone is not brought back without its end. */
const RECORD_NOTE = `
if redis.call('EXISTS', KEYS[1]) == 0 then return ARGV[1] end
redis.call('HSETNX', KEYS[1], 'noted', ARGV[1])
return redis.call('HGET', KEYS[1], 'noted')
`;

/** Claims of calls, in Redis. */
export function createClaims(redis: Redis, keys: Keys): IdempotencyClaims {
  const endClaim = (key: string, owner: string, [field, value]: readonly [string, string]): Promise<void> =>
    withStoreErrors(async () => void (await redis.eval(END_CLAIM, 1, keys.claim(key), owner, field, value)));
  return {
    claim: ({ key, fingerprint }) =>
      withStoreErrors(async () => {
        const owner = randomUUID();
        const args = [fingerprint, owner, LEASE_MS, CLAIM_SECONDS];
        return parseClaimAnswer(owner, (await redis.eval(CLAIM, 1, keys.claim(key), ...args)) as string[]);
      }),
    getOrSaveNote: (key, note) =>
      withStoreErrors(async () => (await redis.eval(RECORD_NOTE, 1, keys.claim(key), note)) as string),
    saveResponse: (key, owner, answer) => endClaim(key, owner, ['answer', JSON.stringify(answer)]),
    release: (key, owner) => endClaim(key, owner, ['', '']),
    markInterrupted: (key, owner) => endClaim(key, owner, ['until', '0']),
  };
}

function parseClaimAnswer(owner: string, [kind, more = '']: readonly string[]): ClaimResult {
  if (kind === 'replayed') return { kind, response: JSON.parse(more) as SavedResponse };
  if (kind === 'in_flight' || kind === 'conflict') return { kind };
  return { kind: 'claimed', owner, interrupted: more === 'again' };
}
