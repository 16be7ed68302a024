/**
 * The writes of deliveries, each one script. A script may run twice when its reply was lost: an id, and the revision,
 * let it know its own work.
 *
 * KEYS: 1 delivery, 2 what its channel has to send, 3 channels, 4 all deliveries
 * ARGV: 1 facts (JSON), 2 document
 */
const PRELUDE = `
local c = cjson.decode(ARGV[1])

local function schedule()
  if c.nextAt then
    redis.call('ZADD', KEYS[2], c.nextAt, c.id)
    redis.call('SADD', KEYS[3], c.channel)
    return
  end
  redis.call('ZREM', KEYS[2], c.id)
  if redis.call('ZCARD', KEYS[2]) == 0 then redis.call('SREM', KEYS[3], c.channel) end
end
`;

/**
 * Puts notification down that was not put down before.
 *
 * KEYS 1 outbox, 2 that it was; ARGV 1 notification, 2 when it happened, 3 seconds for which that is known
 */
export const ADD_NOTIFICATION = `
if redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[3]) then redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1]) end
return 1
`;

/** Saves a new delivery; one that is known stays as it is. */
export const CREATE_DELIVERY = `${PRELUDE}
if redis.call('EXISTS', KEYS[1]) == 1 then return 'known' end
redis.call('HSET', KEYS[1], 'doc', ARGV[2], 'rev', c.rev, 'state', c.state)
for _, name in ipairs(c.indexes) do redis.call('ZADD', name, 0, c.id) end
redis.call('ZADD', c.indexTo, 0, c.id)
schedule()
return 'created'
`;

/** Saves the next revision if nobody else did. */
export const SAVE_DELIVERY = `${PRELUDE}
local now = redis.call('HMGET', KEYS[1], 'rev', 'state', 'doc')
if now[3] == ARGV[2] then return 'saved' end
if now[1] ~= tostring(c.rev - 1) then return 'stale' end
redis.call('HSET', KEYS[1], 'doc', ARGV[2], 'rev', c.rev, 'state', c.state)
redis.call('ZREM', c.indexState .. now[2], c.id)
redis.call('ZADD', c.indexTo, 0, c.id)
schedule()
return 'saved'
`;
