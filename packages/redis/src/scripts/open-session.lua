-- Saves a session, deletes expired sessions, and ends the oldest sessions above the limit.
--
-- KEYS 1 sessions, 2 session expiry
-- ARGV 1 id, 2 digest of the API key, 3 time to live in ms, 4 limit
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local expiresAt = string.format('%.0f', now + ARGV[3])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], expiresAt, ARGV[1])
local expired = redis.call('ZCOUNT', KEYS[2], '-inf', string.format('%.0f', now))
local ended = math.max(expired, redis.call('ZCARD', KEYS[2]) - ARGV[4])
for _, id in ipairs(ended > 0 and redis.call('ZRANGE', KEYS[2], 0, ended - 1) or {}) do
  redis.call('HDEL', KEYS[1], id)
  redis.call('ZREM', KEYS[2], id)
end
return expiresAt
