-- Deletes the loss curve of an attempt, unless a point was added since it was read.
--
-- KEYS 1 points of the curve (JSON), 2 curves
-- ARGV 1 curve, 2 last point that was read (JSON), or ''
if (redis.call('LINDEX', KEYS[1], -1) or '') ~= ARGV[2] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('SREM', KEYS[2], ARGV[1])
return 1
