import { STREAM_MAX_LENGTH } from '../redis/keys.ts';
import { BUDGET_FUNCTIONS } from './budgets.ts';
import { UPDATE_INDEXES } from './indexes.ts';

/**
 * The writes of the record, each one script and so atomic. All keys share one hash tag; they are given by the caller
 * or derived from the prefix. A script may run twice when its reply was lost: `nonce` lets it know its own work.
 *
 * KEYS: 1 training, 2 events, 3 stream, 4 ledger, 5 pending, 6 control
 * ARGV: 1 change (JSON), 2 document, 3 event, 4 request (with the first revision only)
 */
const PRELUDE = `
local c = cjson.decode(ARGV[1])
${UPDATE_INDEXES}
${BUDGET_FUNCTIONS}
local function setMembership(name, member, present)
  if present then redis.call('ZADD', name, 0, member) else redis.call('ZREM', name, member) end
end

local function isProgress(event)
  return event.type == 'run_observed' and event.from == event.to
end

-- The history of a training stays short: a routine look replaces the one before, and beyond 500 events the oldest go, but for the first.
local function appendEvent()
  local last = c.progress and redis.call('LINDEX', KEYS[2], -1)
  if last and isProgress(cjson.decode(last)) then
    redis.call('LSET', KEYS[2], -1, ARGV[3])
  elseif redis.call('RPUSH', KEYS[2], ARGV[3]) > 500 then
    local first = redis.call('LPOP', KEYS[2])
    redis.call('LTRIM', KEYS[2], -499, -1)
    redis.call('LPUSH', KEYS[2], first)
  end
end

local function write()
  redis.call('HSET', KEYS[1], 'doc', ARGV[2], 'rev', c.rev, 'status', c.to, 'nonce', c.nonce)
  if ARGV[4] then redis.call('HSET', KEYS[1], 'request', ARGV[4]) end
  appendEvent()
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', ${STREAM_MAX_LENGTH}, '*', 'id', c.id, 'event', ARGV[3])
  if c.needsBackup then redis.call('ZADD', c.pendingBackups, c.rev, c.id) end
  updateIndexes()
  setMembership(c.live, c.id, not c.ended)
  setMembership(KEYS[5], c.id, not c.settled)
  if c.settled then redis.call('ZADD', c.prunable, c.endedAt, c.id) end
  for _, alias in ipairs(c.aliases) do redis.call('SET', alias, c.id, 'NX') end
  for _, alias in ipairs(c.reassignedAliases) do redis.call('SET', alias, c.id) end
  if not c.holdsSlot then redis.call('HDEL', KEYS[4], c.id) end
  if c.notification then redis.call('ZADD', c.outbox, c.at, c.notification) end
  spend()
end

local function acquireSlot()
  local slot = { attempt = c.attempt, since = c.at, expected = budget.expected }
  redis.call('HSET', KEYS[4], c.id, cjson.encode(slot))
end
`;

/** Saves a new training, unless its claim was made before or its subject is busy. */
export const ACCEPT_TRAINING = `${PRELUDE}
if redis.call('EXISTS', KEYS[1]) == 1 then return {'accepted'} end
if c.claim then
  local had = redis.call('HMGET', c.claim, 'fingerprint', 'id', 'priority', 'hold')
  if had[1] then
    if had[1] == c.fingerprint then return {'replayed', had[2], had[3], had[4]} end
    return {'conflict', had[2]}
  end
end
if c.exclusive then
  local busy = redis.call('ZRANGE', c.live, 0, 0)
  if busy[1] then return {'subject_busy', busy[1]} end
end
if c.batchBudget then redis.call('HSETNX', budget.limits, budget.batchBudgetField, c.batchBudget) end
local left = exceedsBatchBudget()
if left then return {'over_budget', tostring(left)} end
write()
if c.claim then
  redis.call('HSET', c.claim, 'fingerprint', c.fingerprint, 'id', c.id, 'priority', c.priority, 'hold', c.hold)
  redis.call('EXPIRE', c.claim, c.claimSeconds)
end
return {'accepted'}
`;

/** Saves the next revision if nobody else did. A slot can be given back here, never taken. */
export const SAVE_TRAINING = `${PRELUDE}
local now = redis.call('HMGET', KEYS[1], 'rev', 'nonce')
if now[2] == c.nonce then return 'saved' end
if now[1] ~= tostring(c.rev - 1) then return 'stale' end
if c.withinBatchBudget and exceedsBatchBudget() then return 'over_budget' end
write()
return 'saved'
`;

/** Puts a training back as it was, unless it is known in another revision than the one that it replaces. */
export const RESTORE_TRAINING = `${PRELUDE}
local existingRev = redis.call('HGET', KEYS[1], 'rev')
if existingRev and existingRev ~= tostring(c.replaces) then return 'known' end
write()
if not c.settled then redis.call('ZREM', c.prunable, c.id) end
if c.holdsSlot then acquireSlot() end
return 'restored'
`;

/**
 * The journal holds a revision; a later one stays pending.
 *
 * KEYS 1 unjournalled; ARGV 1 id, 2 revision
 */
export const CONFIRM_BACKUP = `
local pending = redis.call('ZSCORE', KEYS[1], ARGV[1])
if pending and tonumber(pending) <= tonumber(ARGV[2]) then redis.call('ZREM', KEYS[1], ARGV[1]) end
return 1
`;

/**
 * Closes the gate unless it is closed, and puts the notification down in the same step: one message for each closing.
 *
 * KEYS 1 control, 2 outbox; ARGV 1 gate, 2 notification, 3 when it is due
 */
export const CLOSE_GATE = `
if redis.call('HSETNX', KEYS[1], 'gate', ARGV[1]) == 0 then return 0 end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
return 1
`;

/**
 * Opens the gate if it is closed; the notification tells what had closed it.
 *
 * KEYS 1 control, 2 outbox; ARGV 1 now
 */
export const OPEN_GATE = `
local storedGate = redis.call('HGET', KEYS[1], 'gate')
if not storedGate then return 0 end
redis.call('HDEL', KEYS[1], 'gate', 'probe_since', 'probe_run', 'probe_failed_at')
local gate = cjson.decode(storedGate)
local id = 'gate.opened.' .. string.format('%.0f', gate.since)
local notification = { id = id, type = 'gate.opened', at = tonumber(ARGV[1]), gate = gate }
redis.call('ZADD', KEYS[2], ARGV[1], cjson.encode(notification))
return 1
`;

/**
 * Counts failure_count of the same kind in a row, each run once.
 *
 * KEYS 1 control; ARGV 1 kind, empty for a good end, 2 run
 */
export const RECORD_RUN_RESULT = `
if redis.call('HGET', KEYS[1], 'failure_last_run') == ARGV[2] then
  return tonumber(redis.call('HGET', KEYS[1], 'failure_count') or '0')
end
redis.call('HSET', KEYS[1], 'failure_last_run', ARGV[2])
if ARGV[1] == '' then
  redis.call('HDEL', KEYS[1], 'failure_count', 'failure_class')
  return 0
end
if redis.call('HGET', KEYS[1], 'failure_class') ~= ARGV[1] then
  redis.call('HSET', KEYS[1], 'failure_class', ARGV[1], 'failure_count', 0)
end
return redis.call('HINCRBY', KEYS[1], 'failure_count', 1)
`;

/**
 * Saves the start of an attempt and takes its slot (DESIGN §4 rule 2): the record is the one that was read, the job is
 * active under our lock, the record is no lost one, neither pause nor gate nor budget forbids it, and the ledger has
 * room below the max_concurrency. An abandoned job's lock is replaced in the same step.
 *
 * KEYS 7 lock of the job, 8 active jobs
 */
export const START_ATTEMPT = `${PRELUDE}
local now = redis.call('HMGET', KEYS[1], 'rev', 'nonce')
if now[2] == c.nonce then return 'started' end
if now[1] ~= tostring(c.rev - 1) then return 'stale' end
local lock = redis.call('GET', KEYS[7])
if c.previousLockToken then
  if (lock or '0') ~= c.previousLockToken then return 'lock_mismatch' end
elseif lock ~= c.lockToken then
  return 'lock_mismatch'
end
if not redis.call('LPOS', KEYS[8], c.id) then return 'lock_mismatch' end
if redis.call('HEXISTS', KEYS[6], 'epoch') == 0 then return 'no_limit' end
local control = redis.call('HMGET', KEYS[6], 'paused', 'gate', 'probe_since', 'probe_run')
if control[1] == '1' or (control[2] and (not control[3] or control[4])) then return 'closed' end
local max_concurrency = tonumber(redis.call('HGET', KEYS[6], 'max_concurrency') or '0')
if max_concurrency < 1 then return 'no_limit' end
if redis.call('HEXISTS', KEYS[4], c.id) == 0 and redis.call('HLEN', KEYS[4]) >= max_concurrency then return 'full' end
if exceedsPeriodBudget() then return 'over_budget' end
if exceedsBatchBudget() then return 'over_batch_budget' end
if c.previousLockToken then redis.call('SET', KEYS[7], c.lockToken, 'PX', c.lockMs) end
write()
acquireSlot()
redis.call('HDEL', KEYS[6], 'refused')
if control[2] then redis.call('HSET', KEYS[6], 'probe_run', cjson.encode({ trainingId = c.id, attempt = c.attempt })) end
return 'started'
`;
