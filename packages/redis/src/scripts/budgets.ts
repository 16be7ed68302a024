/**
 * The money of a revision, part of the record's own scripts. Amounts are whole millionths of a USD, so that sums stay
 * exact. `c.budget`: what new bills add to the days and months, what the training takes from its batch's purse, what it
 * teaches of its pool.
 */
export const BUDGET_FUNCTIONS = `
local budget = c.budget

-- What the revision takes from its batch's purse beyond what it has, where that is more than is left; else nothing.
local function exceedsBatchBudget()
  local limit = budget.batchBudget and redis.call('HGET', budget.limits, budget.batchBudgetField)
  if not limit or limit == '' then return nil end
  local more = budget.used - tonumber(redis.call('HGET', budget.batchBudget, c.id) or '0')
  local left = tonumber(limit) - tonumber(redis.call('HGET', budget.batchBudget, 'used') or '0')
  if more > 0 and more > left then return left end
  return nil
end

local function spend()
  for _, entry in ipairs(budget.spent) do redis.call('HINCRBY', budget.spend, entry[1], entry[2]) end
  if budget.batchBudget then
    local more = budget.used - tonumber(redis.call('HGET', budget.batchBudget, c.id) or '0')
    if more ~= 0 then
      redis.call('HSET', budget.batchBudget, c.id, budget.used)
      redis.call('HINCRBY', budget.batchBudget, 'used', more)
    end
  end
  if budget.pace then
    redis.call('ZADD', budget.pace, budget.paceSampleAt, budget.paceSample)
    redis.call('ZREMRANGEBYRANK', budget.pace, 0, -51)
  end
end

-- Whether the day or the month has too little left for one more run: spent and committed is what counts.
local function exceedsPeriodBudget()
  local limits = redis.call('HMGET', budget.limits, 'day', 'month')
  local spent = redis.call('HMGET', budget.spend, budget.day, budget.month)
  local live = budget.expected
  for _, entry in ipairs(redis.call('HVALS', KEYS[4])) do live = (live or 0) + (cjson.decode(entry).expected or 0) end
  for i = 1, 2 do
    local limit = tonumber(limits[i] or '')
    if limit and (not budget.expected or tonumber(spent[i] or '0') + live > limit) then
      redis.call('HSET', KEYS[6], 'refused', cjson.encode({ micro = budget.expected or 0, at = c.at }))
      return true
    end
  end
  return false
end
`;
