-- The write of a batch revision, shared by create-batch, restore-batch and save-batch.
-- A script that is sent again after a lost reply finds its own document and returns the same result.
--
-- KEYS 1 batch, 2 all batches, 3 open batches, 4 pending backups, 5 schedule, 6 stream
-- ARGV 1 id, 2 batch (JSON), 3 plan (JSON, or empty: unchanged), 4 revision, 5 `open` or `ended`,
--      6 maximum length of the stream, 7 schedule (JSON, or empty), 8 revision of the schedule
local function writeBatch()
  redis.call('HSET', KEYS[1], 'rev', ARGV[4], 'doc', ARGV[2])
  if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'plan', ARGV[3]) end
  redis.call('ZADD', KEYS[2], 0, ARGV[1])
  redis.call('ZADD', KEYS[4], ARGV[4], ARGV[1])
  if ARGV[5] == 'open' then redis.call('ZADD', KEYS[3], 0, ARGV[1]) else redis.call('ZREM', KEYS[3], ARGV[1]) end
  redis.call('XADD', KEYS[6], 'MAXLEN', '~', ARGV[6], '*', 'batch', ARGV[1])
end
