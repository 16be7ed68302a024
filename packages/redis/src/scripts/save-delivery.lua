-- Saves the next revision of a delivery by compare-and-swap on the stored revision.
--- @include "delivery-change"
local stored = redis.call('HMGET', KEYS[1], 'rev', 'state', 'doc')
if stored[3] == ARGV[2] then return 'saved' end
if stored[1] ~= tostring(c.rev - 1) then return 'stale' end
redis.call('HSET', KEYS[1], 'doc', ARGV[2], 'rev', c.rev, 'state', c.state)
redis.call('ZREM', c.stateIndexPrefix .. stored[2], c.id)
redis.call('ZADD', c.stateIndexPrefix .. c.state, 0, c.id)
updateDueList()
return 'saved'
