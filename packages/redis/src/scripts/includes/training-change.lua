-- The write of a training revision, shared by accept-training, save-training, restore-training and start-attempt.
-- ioredis sends a script again when the reply was lost. Each script recognizes its own write by `c.nonce`.
--
-- KEYS 1 training, 2 events, 3 stream, 4 active attempts, 5 pending trainings, 6 control
-- ARGV 1 change (JSON), 2 document (JSON), 3 event (JSON), 4 request (JSON, only with the first revision)
local c = cjson.decode(ARGV[1])

--- @include "indexes"
--- @include "budgets"

local function setMembership(name, member, present)
  if present then redis.call('ZADD', name, 0, member) else redis.call('ZREM', name, member) end
end

local function isProgress(event)
  return event.type == 'run_observed' and event.from == event.to
end

-- Keeps at most `c.maxEvents` events: a progress event replaces the progress event before it, and beyond the limit the
-- oldest events are dropped. The first event, `accepted`, is always kept.
local function appendEvent()
  local last = c.progress and redis.call('LINDEX', KEYS[2], -1)
  if last and isProgress(cjson.decode(last)) then
    redis.call('LSET', KEYS[2], -1, ARGV[3])
  elseif redis.call('RPUSH', KEYS[2], ARGV[3]) > c.maxEvents then
    local first = redis.call('LPOP', KEYS[2])
    redis.call('LTRIM', KEYS[2], 1 - c.maxEvents, -1)
    redis.call('LPUSH', KEYS[2], first)
  end
end

-- Publishes that spent, committed or reserved amounts have changed.
local function publishBudgets()
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', c.maxStreamLength, '*', 'budgets', '1')
end

local function write()
  redis.call('HSET', KEYS[1], 'doc', ARGV[2], 'rev', c.rev, 'status', c.to, 'nonce', c.nonce)
  if ARGV[4] then redis.call('HSET', KEYS[1], 'request', ARGV[4]) end
  appendEvent()
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', c.maxStreamLength, '*', 'id', c.id, 'event', ARGV[3])
  if c.needsBackup then redis.call('ZADD', c.pendingBackupsKey, c.rev, c.id) end
  updateIndexes()
  setMembership(c.unfinishedKey, c.id, not c.terminal)
  setMembership(KEYS[5], c.id, not c.settled)
  if c.recorded then redis.call('ZADD', c.prunableKey, c.endedAt, c.id) end
  for _, alias in ipairs(c.newAliasKeys) do redis.call('SET', alias, c.id, 'NX') end
  for _, alias in ipairs(c.reassignedAliasKeys) do redis.call('SET', alias, c.id) end
  local released = not c.holdsSlot and redis.call('HDEL', KEYS[4], c.id) == 1
  if c.notification then redis.call('ZADD', c.outboxKey, c.at, c.notification) end
  if updateBudgets() or released then publishBudgets() end
end

local function acquireSlot()
  local slot = { attempt = c.attempt, since = c.at, expected = c.budget.expected }
  redis.call('HSET', KEYS[4], c.id, cjson.encode(slot))
  publishBudgets()
end
