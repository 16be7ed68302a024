-- Restores a batch from its backup, unless Redis holds this revision or a later revision.
--- @include "batch-change"
local stored = redis.call('HGET', KEYS[1], 'rev')
if stored and tonumber(stored) >= tonumber(ARGV[4]) then return 'known' end
writeBatch()
return 'restored'
