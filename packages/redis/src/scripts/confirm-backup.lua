-- Removes an entry from the pending backups once its revision is written; a later revision stays pending.
--
-- KEYS 1 pending backups
-- ARGV 1 id, 2 written revision
local pending = redis.call('ZSCORE', KEYS[1], ARGV[1])
if pending and tonumber(pending) <= tonumber(ARGV[2]) then redis.call('ZREM', KEYS[1], ARGV[1]) end
return 1
