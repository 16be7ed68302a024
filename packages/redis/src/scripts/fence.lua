-- Removes the epoch from a Redis that still has the given high-water mark. Dispatch stops until recovery sets an epoch.
--
-- KEYS 1 control
-- ARGV 1 mark that was read (empty: absent)
if (redis.call('HGET', KEYS[1], 'high_water_mark') or '') == ARGV[1] then redis.call('HDEL', KEYS[1], 'epoch') end
return 1
