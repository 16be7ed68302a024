-- Extends the lease of the public URL while it still has this value. A cleared or replaced URL is not acquired again.
--
-- KEYS 1 public URL
-- ARGV 1 URL, 2 lease in ms
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
