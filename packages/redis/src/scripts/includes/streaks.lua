-- Streaks: results in a row that close the gate (docs/operations/pause-and-limits.md). `c.streaks` lists the changes of
-- the saved revision; an entry without `add` ends its streak. Each streak is a field of the control hash.
--
-- KEYS 3 stream, 6 control
local function readStreak(name)
  local stored = redis.call('HGET', KEYS[6], 'streak_' .. name)
  return stored and cjson.decode(stored) or { count = 0, members = {} }
end

local function extendStreak(name, add)
  local streak = readStreak(name)
  if streak.value ~= add.value then streak = { value = add.value, count = 0, members = {} } end
  for _, member in ipairs(streak.members) do
    if member == add.member then return streak end
  end
  if add.member then table.insert(streak.members, add.member) end
  streak.count = streak.count + 1
  return streak
end

local function isClosedUntil(condition)
  local gate = redis.call('HGET', KEYS[6], 'gate')
  return gate and cjson.decode(gate).reopensWhen == condition
end

-- Whether the revision must not be saved: it belongs to a streak that closes the gate, and its training returns to the
-- queue.
local function requeuesForGate()
  for _, change in ipairs(c.streaks or {}) do
    local add = change.add
    if add and add.requeues then
      if isClosedUntil(add.reopensWhen) or extendStreak(change.name, add).count >= add.limit then return true end
    end
  end
  return false
end

local function closeGateFor(add)
  if redis.call('HSETNX', KEYS[6], 'gate', add.gate) == 0 then return end
  redis.call('ZADD', c.gateOutboxKey, c.at, add.notification)
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', c.maxStreamLength, '*', 'dispatch', '1')
end

local function countStreaks()
  for _, change in ipairs(c.streaks or {}) do
    local add = change.add
    if add then
      local streak = extendStreak(change.name, add)
      redis.call('HSET', KEYS[6], 'streak_' .. change.name, cjson.encode(streak))
      if streak.count >= add.limit then closeGateFor(add) end
    else
      redis.call('HDEL', KEYS[6], 'streak_' .. change.name)
    end
  end
end
