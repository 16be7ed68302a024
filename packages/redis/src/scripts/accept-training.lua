-- Saves a new training, unless its idempotency claim exists, its subject is busy, or its batch budget is exceeded.
--- @include "training-change"
if redis.call('EXISTS', KEYS[1]) == 1 then return {'accepted'} end
if c.claimKey then
  local existing = redis.call('HMGET', c.claimKey, 'fingerprint', 'id', 'priority', 'hold')
  if existing[1] then
    if existing[1] == c.fingerprint then return {'replayed', existing[2], existing[3], existing[4]} end
    return {'conflict', existing[2]}
  end
end
if c.exclusive then
  local busy = redis.call('ZRANGE', c.unfinishedKey, 0, 0)
  if busy[1] then return {'subject_busy', busy[1]} end
end
if c.initialBatchBudget then
  redis.call('HSETNX', budget.limitsKey, budget.batchBudgetField, c.initialBatchBudget)
end
local left = exceedsBatchBudget()
if left then return {'over_budget', tostring(left)} end
write()
if c.claimKey then
  redis.call('HSET', c.claimKey, 'fingerprint', c.fingerprint, 'id', c.id, 'priority', c.priority, 'hold', c.hold)
  redis.call('EXPIRE', c.claimKey, c.claimSeconds)
end
return {'accepted'}
