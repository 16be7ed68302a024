-- Saves a note with a claim unless it has a note, and returns the stored note. An expired claim is not created again,
-- because it would have no expiry.
--
-- KEYS 1 claim
-- ARGV 1 note
if redis.call('EXISTS', KEYS[1]) == 0 then return ARGV[1] end
redis.call('HSETNX', KEYS[1], 'note', ARGV[1])
return redis.call('HGET', KEYS[1], 'note')
