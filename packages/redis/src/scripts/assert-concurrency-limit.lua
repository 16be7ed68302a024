-- Copies the concurrency limit of the state store to BullMQ's global concurrency, so that BullMQ never returns more jobs
-- after its own limit was removed.
--
-- KEYS 1 control, 2 BullMQ's meta hash of the queue
local maxConcurrency = tonumber(redis.call('HGET', KEYS[1], 'max_concurrency') or '0')
if maxConcurrency >= 1 then redis.call('HSET', KEYS[2], 'concurrency', maxConcurrency) end
return maxConcurrency
