-- Adds a notification to the outbox once: its id is remembered also after it was published.
--
-- KEYS 1 outbox, 2 marker of the notification id
-- ARGV 1 notification (JSON), 2 time of the event (epoch ms), 3 time to live of the marker in seconds
if redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[3]) then redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1]) end
return 1
