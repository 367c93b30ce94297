-- Slack replied 429: nothing is spent from this bucket until Retry-After has passed (P7).
-- KEYS bucket
-- ARGV retryAfterMs
local retryAfterMs = tonumber(ARGV[1])
local known = tonumber(redis.call('HGET', KEYS[1], 'until') or 0)
redis.call('HSET', KEYS[1], 'until', int(math.max(known, now + retryAfterMs)))
redis.call('PEXPIRE', KEYS[1], int(math.max(600000, retryAfterMs, redis.call('PTTL', KEYS[1]))))
return { 'limited' }
