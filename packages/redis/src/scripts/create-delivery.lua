-- Saves a new delivery with its indexes. An existing delivery stays unchanged.
--- @include "delivery-change"
if redis.call('EXISTS', KEYS[1]) == 1 then return 'known' end
redis.call('HSET', KEYS[1], 'doc', ARGV[2], 'rev', c.rev, 'state', c.state)
for _, index in ipairs(c.indexKeys) do redis.call('ZADD', index, 0, c.id) end
redis.call('ZADD', c.stateIndexPrefix .. c.state, 0, c.id)
updateDueList()
return 'created'
