-- Dequeues due jobs. A dequeued job stays in the queue, due when its lease expires, so it survives a crash (P5).
-- KEYS due work note hint audited epoch born
-- ARGV token count leaseMs
local token, count, leaseMs = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

-- The first dequeue sets the store's creation time. A young store may be one that lost its data.
redis.call('SETNX', KEYS[6], int(now))
local taken = { int(now), int(now - tonumber(redis.call('GET', KEYS[6]))) }

for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', int(now), 'LIMIT', 0, count)) do
  -- A worker that died may have had a rerun scheduled for later than now. Keep it.
  local again = string.match(redis.call('HGET', KEYS[2], member) or '', '|(.+)$')
  if not again or tonumber(again) <= now then
    again = ''
  end
  redis.call('ZADD', KEYS[1], int(now + leaseMs), member)
  redis.call('HSET', KEYS[2], member, token .. '|' .. again)
  taken[#taken + 1] = {
    member,
    redis.call('HGET', KEYS[3], member) or '',
    redis.call('HGET', KEYS[4], member) or '',
    redis.call('HGET', KEYS[5], member) or '0',
    redis.call('HGET', KEYS[7], member) or '',
  }
end
return taken
