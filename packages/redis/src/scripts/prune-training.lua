-- Replaces the frozen request by a summary and deletes the events, unless the training changed since it was read.
--
-- KEYS 1 training, 2 events, 3 prunable trainings
-- ARGV 1 id, 2 revision, 3 summary of the request (JSON)
if redis.call('HGET', KEYS[1], 'rev') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'request', ARGV[3])
redis.call('DEL', KEYS[2])
redis.call('ZREM', KEYS[3], ARGV[1])
return 1
