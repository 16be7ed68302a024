-- Sets a field of a claim, or deletes the claim, while the caller still owns it.
--
-- KEYS 1 claim
-- ARGV 1 owner, 2 field (empty: delete the claim), 3 value
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
return redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
