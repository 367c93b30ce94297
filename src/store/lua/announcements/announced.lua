-- Forgets the announcements that need no more sending. Sent again it finds them gone and changes nothing.
-- KEYS announce announced announcer
-- ARGV token upTo lostTold
-- upTo: the place of the first one that stays, counted from the first that ever waited
local token, upTo, lostTold = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

-- Somebody else has them on loan since.
if redis.call('GET', KEYS[3]) ~= token then
  return { 'lost' }
end

-- Some may have been dropped meanwhile, because too many waited.
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
