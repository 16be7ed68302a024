-- Saves the next revision by compare-and-swap on the stored revision, and claims its run. A save can release a slot. It
-- acquires one only for a training that returned its run, whatever the concurrency limit is.
--- @include "training-change"
--- @include "run-owners"
--- @include "streaks"
local stored = redis.call('HMGET', KEYS[1], 'rev', 'nonce')
if stored[2] == c.nonce then return 'saved' end
if stored[1] ~= tostring(c.rev - 1) then return 'stale' end
if c.withinBatchBudget and exceedsBatchBudget() then return 'over_budget' end
if c.run and belongsToAnother(c.id, c.run) then return 'run_belongs_to_another' end
if requeuesForGate() then return 'closes_gate' end
if c.run then claimRun(c.id, c.run) end
write()
if c.reacquiresSlot then acquireSlot() end
countStreaks()
return 'saved'
