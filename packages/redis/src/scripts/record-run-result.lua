-- Counts consecutive runs that failed in the same class. A run is counted once; a success resets the count to 0.
--
-- KEYS 1 control
-- ARGV 1 class of the failure (empty: success), 2 run id
if redis.call('HGET', KEYS[1], 'failure_last_run') == ARGV[2] then
  return tonumber(redis.call('HGET', KEYS[1], 'failure_count') or '0')
end
redis.call('HSET', KEYS[1], 'failure_last_run', ARGV[2])
if ARGV[1] == '' then
  redis.call('HDEL', KEYS[1], 'failure_count', 'failure_class')
  return 0
end
if redis.call('HGET', KEYS[1], 'failure_class') ~= ARGV[1] then
  redis.call('HSET', KEYS[1], 'failure_class', ARGV[1], 'failure_count', 0)
end
return redis.call('HINCRBY', KEYS[1], 'failure_count', 1)
