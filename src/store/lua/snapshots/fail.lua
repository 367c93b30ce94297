-- Counts a failed read. The first of consecutive failures sets staleSince and staleWhy, for the card (P6, P9).
-- KEYS dep board ask log lease decision...
-- ARGV why
redis.call('HINCRBY', KEYS[1], 'fails', 1)
if redis.call('HSETNX', KEYS[1], 'staleSince', int(now)) == 1 then
  redis.call('HSET', KEYS[1], 'staleWhy', ARGV[1])
end
redis.call('PEXPIRE', KEYS[1], TTL)
return wholeView()
