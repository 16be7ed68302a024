-- Saves the next revision of the schedule by compare-and-swap on the stored revision, and publishes it on the stream.
--
-- KEYS 1 schedule, 2 stream
-- ARGV 1 schedule (JSON), 2 revision, 3 maximum length of the stream
local stored = redis.call('HMGET', KEYS[1], 'rev', 'doc')
if stored[1] == ARGV[2] and stored[2] == ARGV[1] then return 'saved' end
if (stored[1] or '0') ~= tostring(ARGV[2] - 1) then return 'stale' end
redis.call('HSET', KEYS[1], 'rev', ARGV[2], 'doc', ARGV[1])
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], '*', 'schedule', '1')
return 'saved'
