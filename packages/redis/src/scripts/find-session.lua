-- Returns the digest of the API key of a session and the time of its expiry; an empty list for an unknown or expired session.
--
-- KEYS 1 sessions, 2 session expiry
-- ARGV 1 id
local expiresAt = redis.call('ZSCORE', KEYS[2], ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if not expiresAt or tonumber(expiresAt) <= now then return {} end
return {redis.call('HGET', KEYS[1], ARGV[1]), expiresAt}
