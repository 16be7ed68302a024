-- The due list of a delivery's channel, shared by create-delivery and save-delivery.
-- A script that is sent again after a lost reply finds its own document and returns the same result.
--
-- KEYS 1 delivery, 2 due list of its channel, 3 channels with pending deliveries
-- ARGV 1 change (JSON), 2 document (JSON)
local c = cjson.decode(ARGV[1])

local function updateDueList()
  if c.nextAt then
    redis.call('ZADD', KEYS[2], c.nextAt, c.id)
    redis.call('SADD', KEYS[3], c.channel)
    return
  end
  redis.call('ZREM', KEYS[2], c.id)
  if redis.call('ZCARD', KEYS[2]) == 0 then redis.call('SREM', KEYS[3], c.channel) end
end
