-- Saves `submission_started` and acquires the slot atomically (docs/concepts/dispatch-and-slots.md). The start requires:
-- the revision is unchanged, the job is active under the caller's lock token, Redis holds its epoch, dispatch is neither
-- paused nor closed by the gate, the budgets suffice, and fewer attempts are active than the concurrency limit.
-- With `c.previousLockToken`, an orphaned job is adopted: its lock token is replaced.
--
-- KEYS 1 training, 4 active attempts, 6 dispatch control (all in the include), 7 lock of the job, 8 active jobs
--- @include "training-change"
local stored = redis.call('HMGET', KEYS[1], 'rev', 'nonce')
if stored[2] == c.nonce then return 'started' end
if stored[1] ~= tostring(c.rev - 1) then return 'stale' end
local lock = redis.call('GET', KEYS[7])
if c.previousLockToken then
  if (lock or '0') ~= c.previousLockToken then return 'lock_mismatch' end
elseif lock ~= c.lockToken then
  return 'lock_mismatch'
end
if not redis.call('LPOS', KEYS[8], c.id) then return 'lock_mismatch' end
if redis.call('HEXISTS', KEYS[6], 'epoch') == 0 then return 'limit_missing' end
local control = redis.call('HMGET', KEYS[6], 'paused', 'gate', 'probe_since', 'probe_run')
if control[1] == '1' or (control[2] and (not control[3] or control[4])) then return 'closed' end
local maxConcurrency = tonumber(redis.call('HGET', KEYS[6], 'max_concurrency') or '0')
if maxConcurrency < 1 then return 'limit_missing' end
if redis.call('HEXISTS', KEYS[4], c.id) == 0 and redis.call('HLEN', KEYS[4]) >= maxConcurrency then return 'full' end
if exceedsPeriodBudget() then return 'over_budget' end
if exceedsBatchBudget() then return 'over_batch_budget' end
if c.previousLockToken then redis.call('SET', KEYS[7], c.lockToken, 'PX', c.lockMs) end
write()
acquireSlot()
redis.call('HDEL', KEYS[6], 'budget_refused', 'streak_unprepared_trainings')
if control[2] then
  redis.call('HSET', KEYS[6], 'probe_run', cjson.encode({ trainingId = c.id, attempt = c.attempt }))
end
return 'started'
