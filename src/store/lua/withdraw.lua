-- Takes a vote back, as long as nothing is decided.
-- KEYS decision ask log
-- ARGV id user
local decision = record(KEYS[1])
if stands(decision) then
  return { 'decided', pairsOf(decision) }
end
if redis.call('HDEL', KEYS[2], ARGV[1] .. '/' .. ARGV[2]) == 0 then
  return { 'none' }
end
say(KEYS[3], { k = 'withdrawn', id = ARGV[1], by = ARGV[2] })
return { 'withdrawn' }
