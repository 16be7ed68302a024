-- Saves the next revision of a batch by compare-and-swap on the stored revision.
--- @include "batch-change"
local stored = redis.call('HMGET', KEYS[1], 'rev', 'doc')
if stored[1] == ARGV[4] and stored[2] == ARGV[2] then return 'saved' end
if stored[1] ~= tostring(ARGV[4] - 1) then return 'stale' end
writeBatch()
return 'saved'
