/**
 * The money of a revision, part of the record's own scripts. Amounts are whole millionths of a USD, so that sums stay
 * exact. `c.money`: what new bills add to the days and months, what the training takes from its batch's purse, what it
 * teaches of its pool.
 */
export const BUDGET_FUNCTIONS = `
local money = c.money

-- What the revision takes from its batch's purse beyond what it has, where that is more than is left; else nothing.
local function purseLacks()
  local limit = money.purse and redis.call('HGET', money.limits, money.purseLimit)
  if not limit or limit == '' then return nil end
  local more = money.taken - tonumber(redis.call('HGET', money.purse, c.id) or '0')
  local left = tonumber(limit) - tonumber(redis.call('HGET', money.purse, 'taken') or '0')
  if more > 0 and more > left then return left end
  return nil
end

local function spend()
  for _, entry in ipairs(money.spent) do redis.call('HINCRBY', money.spend, entry[1], entry[2]) end
  if money.purse then
    local more = money.taken - tonumber(redis.call('HGET', money.purse, c.id) or '0')
    if more ~= 0 then
      redis.call('HSET', money.purse, c.id, money.taken)
      redis.call('HINCRBY', money.purse, 'taken', more)
    end
  end
  if money.pace then
    redis.call('ZADD', money.pace, money.lessonAt, money.lesson)
    redis.call('ZREMRANGEBYRANK', money.pace, 0, -51)
  end
end

-- Whether the day or the month has too little left for one more run: spent and committed is what counts.
local function overBudget()
  local limits = redis.call('HMGET', money.limits, 'day', 'month')
  local spent = redis.call('HMGET', money.spend, money.day, money.month)
  local live = money.expected
  for _, entry in ipairs(redis.call('HVALS', KEYS[4])) do live = (live or 0) + (cjson.decode(entry).expected or 0) end
  for i = 1, 2 do
    local limit = tonumber(limits[i] or '')
    if limit and (not money.expected or tonumber(spent[i] or '0') + live > limit) then
      redis.call('HSET', KEYS[6], 'refused', cjson.encode({ micro = money.expected or 0, at = c.at }))
      return true
    end
  end
  return false
end
`;
