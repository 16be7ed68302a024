-- Restores a training from its backup, unless Redis holds it in a revision other than `c.replaces`.
--- @include "training-change"
local stored = redis.call('HGET', KEYS[1], 'rev')
if stored and stored ~= tostring(c.replaces) then return 'known' end
write()
if not c.recorded then redis.call('ZREM', c.prunableKey, c.id) end
if c.holdsSlot then acquireSlot() end
return 'restored'
