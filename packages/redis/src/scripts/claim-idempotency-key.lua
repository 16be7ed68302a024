-- Claims an Idempotency-Key for a request. The hash is the same as in accept-training, so that a key belongs to a single
-- request over all routes. A claim that is sent again after a lost reply is recognized by its owner.
--
-- KEYS 1 claim
-- ARGV 1 fingerprint, 2 owner, 3 lease in ms, 4 time to live in seconds
local existing = redis.call('HMGET', KEYS[1], 'fingerprint', 'owner', 'lease_until', 'response')
if existing[1] and existing[1] ~= ARGV[1] then return {'conflict'} end
if existing[4] then return {'replayed', existing[4]} end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local hasOtherOwner = existing[1] and existing[2] ~= ARGV[2]
if hasOtherOwner and tonumber(existing[3] or '0') > now then return {'in_flight'} end
local leaseUntil = string.format('%.0f', now + ARGV[3])
redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1], 'owner', ARGV[2], 'lease_until', leaseUntil)
redis.call('EXPIRE', KEYS[1], ARGV[4])
return {'claimed', hasOtherOwner and 'interrupted' or 'first'}
