-- Removes announcements that need no more sending. Resent, this finds them gone and changes nothing.
-- KEYS announce announced announcer
-- ARGV token upTo lostTold
-- upTo: sequence number of the first one that stays, counted from the first ever queued
local token, upTo, lostTold = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

-- Another process has leased them since.
if redis.call('GET', KEYS[3]) ~= token then
  return { 'lost' }
end

-- Some may have been dropped meanwhile because the backlog was full.
local at = record(KEYS[2])
local first = tonumber(at.first or 0)
if upTo > first then
  redis.call('LTRIM', KEYS[1], upTo - first, -1)
  redis.call('HSET', KEYS[2], 'first', int(upTo))
end
if lostTold > tonumber(at.told or 0) then
  redis.call('HSET', KEYS[2], 'told', int(lostTold))
end
if redis.call('LLEN', KEYS[1]) == 0 then
  redis.call('DEL', KEYS[3])
end
return { 'kept' }
