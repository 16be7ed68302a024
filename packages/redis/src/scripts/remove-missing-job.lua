-- Removes an id without a job hash from the active list. Check and removal are atomic, because the job may be added
-- between them.
--
-- KEYS 1 job, 2 active jobs
-- ARGV 1 id
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
return redis.call('LREM', KEYS[2], 0, ARGV[1])
