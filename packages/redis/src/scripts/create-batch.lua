-- Saves a new batch. A batch that a schedule tick started is saved together with the next revision of the schedule.
--- @include "batch-change"
local existing = redis.call('HGET', KEYS[1], 'doc')
if existing then return existing == ARGV[2] and 'created' or 'known' end
if ARGV[7] ~= '' then
  if (redis.call('HGET', KEYS[5], 'rev') or '0') ~= tostring(ARGV[8] - 1) then return 'stale' end
  redis.call('HSET', KEYS[5], 'rev', ARGV[8], 'doc', ARGV[7])
  redis.call('XADD', KEYS[6], 'MAXLEN', '~', ARGV[6], '*', 'schedule', '1')
end
writeBatch()
return 'created'
