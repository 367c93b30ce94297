-- Takes a vote back: its voter does, as long as nothing is decided; or it no longer counts, whatever is decided.
-- KEYS decision ask log
-- ARGV id user why action      why '': the voter does
local id, user, why, action = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local decision = record(KEYS[1])
if why == '' and stands(decision) then
  return { 'decided', pairsOf(decision) }
end
if redis.call('HDEL', KEYS[2], id .. '/' .. user) == 0 then
  return { 'none' }
end
if why == '' then
  say(KEYS[3], { k = 'withdrawn', id = id, by = user })
else
  say(KEYS[3], { k = 'void', id = id, action = action, by = user, why = why })
end
return { 'withdrawn' }
