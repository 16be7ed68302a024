-- Advances the high-water mark by compare-and-swap.
--
-- KEYS 1 control
-- ARGV 1 mark that was read (empty: absent), 2 next mark
if (redis.call('HGET', KEYS[1], 'high_water_mark') or '') == ARGV[1] then
  redis.call('HSET', KEYS[1], 'high_water_mark', ARGV[2])
end
return 1
