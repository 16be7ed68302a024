-- Changes concurrency limit, pause, gate and probe run atomically, and publishes the change on the stream. Closing and
-- opening the gate add a single notification each to the outbox: closing a closed gate has no effect.
--
-- KEYS 1 control, 2 outbox, 3 stream
-- ARGV 1 change (JSON), 2 gate to close (JSON, or empty), 3 its notification (JSON)
local c = cjson.decode(ARGV[1])

-- The caller may name the gate that it read: the condition of an earlier gate does not open a newer one.
local function isExpectedGate()
  if not c.expectedSince then return true end
  local stored = redis.call('HGET', KEYS[1], 'gate')
  return stored and cjson.decode(stored).since == c.expectedSince
end

local function closeGate()
  if redis.call('HSETNX', KEYS[1], 'gate', ARGV[2]) == 0 then return end
  redis.call('ZADD', KEYS[2], c.gateSince, ARGV[3])
end

local function openGate()
  local stored = redis.call('HGET', KEYS[1], 'gate')
  if not stored then return end
  redis.call('HDEL', KEYS[1], 'gate', 'probe_since', 'probe_run', 'probe_failed_at')
  local gate = cjson.decode(stored)
  local id = 'gate.opened.' .. string.format('%.0f', gate.since)
  redis.call('ZADD', KEYS[2], c.at, cjson.encode({ id = id, type = 'gate.opened', at = c.at, gate = gate }))
end

if c.maxConcurrency then redis.call('HSET', KEYS[1], 'max_concurrency', c.maxConcurrency) end
if c.paused ~= nil then redis.call('HSET', KEYS[1], 'paused', c.paused and '1' or '0') end
if c.paused == false then redis.call('HDEL', KEYS[1], 'reason') end
if c.reason then redis.call('HSET', KEYS[1], 'reason', c.reason) end
local isExpected = isExpectedGate()
if c.openGate and isExpected then openGate() end
if ARGV[2] ~= '' then closeGate() end
if c.endStreaks then
  redis.call(
    'HDEL', KEYS[1], 'streak_failed_runs', 'streak_same_class', 'streak_refused_submissions',
    'streak_unprepared_trainings'
  )
end
if c.failedRuns == 0 then redis.call('HDEL', KEYS[1], 'streak_failed_runs') end
if c.failedRuns and c.failedRuns > 0 then
  redis.call('HSET', KEYS[1], 'streak_failed_runs', cjson.encode({ count = c.failedRuns, members = {} }))
end
-- The gate may have been opened since the caller read it; a probe run that stayed would belong to the next gate.
if (c.probeSince or c.probeFailedAt) and isExpected and redis.call('HEXISTS', KEYS[1], 'gate') == 1 then
  redis.call('HDEL', KEYS[1], 'probe_since', 'probe_run', 'probe_failed_at')
  if c.probeSince then redis.call('HSET', KEYS[1], 'probe_since', c.probeSince) end
  if c.probeFailedAt then redis.call('HSET', KEYS[1], 'probe_failed_at', c.probeFailedAt) end
end
redis.call('XADD', KEYS[3], 'MAXLEN', '~', c.maxStreamLength, '*', 'dispatch', '1')
return 1
