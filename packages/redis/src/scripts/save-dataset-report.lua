-- Saves the dataset report of a subject unless a later time is stored. An empty report records only the time at which the
-- data were changed.
--
-- KEYS 1 dataset report of the subject
-- ARGV 1 time of the inspection or of the change in ms, 2 report, 3 time to live in ms
local stored = redis.call('HGET', KEYS[1], 'at')
if stored and tonumber(stored) > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'at', ARGV[1], 'report', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
