-- Adds a failed reading to an alarm, or clears the alarm after a good reading. Returns the alarm before and after.
-- The detail is passed through as text, because cjson would encode an empty list as an object.
--
-- KEYS 1 alarms
-- ARGV 1 code, 2 epoch ms, 3 detail (JSON; empty: a good reading)
local before = redis.call('HGET', KEYS[1], ARGV[1])
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
  return {before or '', ''}
end
local last = before and cjson.decode(before) or { since = tonumber(ARGV[2]), readings = 0 }
local after = string.format('{"since":%.0f,"readings":%d,"detail":%s}', last.since, last.readings + 1, ARGV[3])
redis.call('HSET', KEYS[1], ARGV[1], after)
return {before or '', after}
