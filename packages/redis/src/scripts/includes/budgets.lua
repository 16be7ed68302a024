-- Costs and budgets of a training revision. Amounts are whole millionths of a USD, so that sums are exact. `c.budget`
-- holds the new run costs per day and month, the training's share of its batch budget, and its pace sample.
local budget = c.budget

-- Millionths that this revision adds to the use of the batch budget; negative when it releases a reservation.
local function batchBudgetIncrease()
  return budget.batchUsed - tonumber(redis.call('HGET', budget.batchBudgetKey, c.id) or '0')
end

-- Returns the remaining batch budget when this revision needs more than that; nil when it fits or no limit is set.
local function exceedsBatchBudget()
  local limit = budget.batchBudgetKey and redis.call('HGET', budget.limitsKey, budget.batchBudgetField)
  if not limit or limit == '' then return nil end
  local increase = batchBudgetIncrease()
  local left = tonumber(limit) - tonumber(redis.call('HGET', budget.batchBudgetKey, 'used') or '0')
  if increase > 0 and increase > left then return left end
  return nil
end

-- Returns whether a spent or reserved amount has changed.
local function updateBudgets()
  local changed = #budget.spendEntries > 0
  for _, entry in ipairs(budget.spendEntries) do redis.call('HINCRBY', budget.spendKey, entry[1], entry[2]) end
  if budget.batchBudgetKey then
    local increase = batchBudgetIncrease()
    if increase ~= 0 then
      redis.call('HSET', budget.batchBudgetKey, c.id, budget.batchUsed)
      redis.call('HINCRBY', budget.batchBudgetKey, 'used', increase)
      changed = true
    end
  end
  if budget.paceKey then
    redis.call('ZADD', budget.paceKey, budget.paceSampleAt, budget.paceSample)
    redis.call('ZREMRANGEBYRANK', budget.paceKey, 0, -1 - budget.maxPaceSamples)
  end
  return changed
end

-- True when the day or month budget cannot cover this attempt on top of spent costs and expected costs of all active
-- attempts. An attempt of unknown cost exceeds every budget. The refusal is stored for `GET /api/budgets`.
local function exceedsPeriodBudget()
  local limits = redis.call('HMGET', budget.limitsKey, 'day', 'month')
  local spent = redis.call('HMGET', budget.spendKey, budget.day, budget.month)
  local committed = budget.expected
  for _, entry in ipairs(redis.call('HVALS', KEYS[4])) do
    committed = (committed or 0) + (cjson.decode(entry).expected or 0)
  end
  for i = 1, 2 do
    local limit = tonumber(limits[i] or '')
    if limit and (not budget.expected or tonumber(spent[i] or '0') + committed > limit) then
      redis.call('HSET', KEYS[6], 'budget_refused', cjson.encode({ microUsd = budget.expected or 0, at = c.at }))
      return true
    end
  end
  return false
end
