import { STREAM_MAX_LENGTH } from '../redis/keys.ts';

/**
 * The writes of batches and of their schedule, each one script and so atomic. A script that runs again after a lost
 * reply finds what it wrote and says so.
 */

const PUBLISH_CHANGE = `redis.call('XADD', KEYS[6], 'MAXLEN', '~', ${STREAM_MAX_LENGTH}, '*', 'batch', ARGV[1])`;

/**
 * Saves a new batch, with the schedule's next revision when a tick began it.
 *
 * KEYS 1 batch, 2 all, 3 open, 4 unjournalled, 5 schedule, 6 stream of changes
 * ARGV 1 id, 2 batch, 3 plan, 4 revision, 5 «open» or «ended», 6 schedule (or empty), 7 its revision
 */
export const CREATE_BATCH = `
local existing = redis.call('HGET', KEYS[1], 'doc')
if existing then return existing == ARGV[2] and 'created' or 'known' end
if ARGV[6] ~= '' then
  if (redis.call('HGET', KEYS[5], 'rev') or '0') ~= tostring(ARGV[7] - 1) then return 'stale' end
  redis.call('HSET', KEYS[5], 'rev', ARGV[7], 'doc', ARGV[6])
end
redis.call('HSET', KEYS[1], 'rev', ARGV[4], 'doc', ARGV[2], 'plan', ARGV[3])
redis.call('ZADD', KEYS[2], 0, ARGV[1])
redis.call('ZADD', KEYS[4], ARGV[4], ARGV[1])
if ARGV[5] == 'open' then redis.call('ZADD', KEYS[3], 0, ARGV[1]) end
${PUBLISH_CHANGE}
return 'created'
`;

/** Puts a batch back, unless it is known as it was or later. KEYS and ARGV as in CREATE. */
export const RESTORE_BATCH = `
local now = redis.call('HGET', KEYS[1], 'rev')
if now and tonumber(now) >= tonumber(ARGV[4]) then return 'known' end
redis.call('HSET', KEYS[1], 'rev', ARGV[4], 'doc', ARGV[2], 'plan', ARGV[3])
redis.call('ZADD', KEYS[2], 0, ARGV[1])
redis.call('ZADD', KEYS[4], ARGV[4], ARGV[1])
if ARGV[5] == 'open' then redis.call('ZADD', KEYS[3], 0, ARGV[1]) else redis.call('ZREM', KEYS[3], ARGV[1]) end
${PUBLISH_CHANGE}
return 'restored'
`;

/** Saves the next revision of a batch. KEYS and ARGV as in CREATE; an empty plan stays as it is. */
export const SAVE_BATCH = `
local now = redis.call('HMGET', KEYS[1], 'rev', 'doc')
if now[1] == ARGV[4] and now[2] == ARGV[2] then return 'saved' end
if now[1] ~= tostring(ARGV[4] - 1) then return 'stale' end
redis.call('HSET', KEYS[1], 'rev', ARGV[4], 'doc', ARGV[2])
if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'plan', ARGV[3]) end
redis.call('ZADD', KEYS[4], ARGV[4], ARGV[1])
if ARGV[5] == 'open' then redis.call('ZADD', KEYS[3], 0, ARGV[1]) else redis.call('ZREM', KEYS[3], ARGV[1]) end
${PUBLISH_CHANGE}
return 'saved'
`;

/** Saves the next revision of the schedule. KEYS 1 schedule; ARGV 1 schedule, 2 revision */
export const SAVE_SCHEDULE = `
local now = redis.call('HMGET', KEYS[1], 'rev', 'doc')
if now[1] == ARGV[2] and now[2] == ARGV[1] then return 'saved' end
if (now[1] or '0') ~= tostring(ARGV[2] - 1) then return 'stale' end
redis.call('HSET', KEYS[1], 'rev', ARGV[2], 'doc', ARGV[1])
return 'saved'
`;
