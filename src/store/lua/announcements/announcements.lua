-- Leases the oldest announcements to one process at a time. They stay queued until it reports the result.
-- KEYS announce announced announcer
-- ARGV token leaseMs count
local token, leaseMs, count = ARGV[1], ARGV[2], tonumber(ARGV[3])
local holder = redis.call('GET', KEYS[3])
if holder and holder ~= token then
  return { 'held', int(redis.call('PTTL', KEYS[3])) }
end

local waiting, at = redis.call('LRANGE', KEYS[1], 0, count - 1), record(KEYS[2])
local lost, told = tonumber(at.lost or 0), tonumber(at.told or 0)
if #waiting == 0 and lost == told then
  return { 'none' }
end
redis.call('SET', KEYS[3], token, 'PX', leaseMs)
return { 'yours', at.first or '0', int(lost), int(lost - told), waiting }
