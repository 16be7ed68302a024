-- Saves the next revision by compare-and-swap on the stored revision. A save can release a slot, never acquire it.
--- @include "training-change"
--- @include "streaks"
local stored = redis.call('HMGET', KEYS[1], 'rev', 'nonce')
if stored[2] == c.nonce then return 'saved' end
if stored[1] ~= tostring(c.rev - 1) then return 'stale' end
if c.withinBatchBudget and exceedsBatchBudget() then return 'over_budget' end
if requeuesForGate() then return 'closes_gate' end
write()
countStreaks()
return 'saved'
