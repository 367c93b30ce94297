-- Removes a vote: its voter withdraws it before anything is decided, or it is void and goes at any time.
-- KEYS decision ask log
-- ARGV id user why action      why '': withdrawn by the voter, and only if the vote is for this action
local id, user, why, action = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local decision = record(KEYS[1])
if why == '' and stands(decision) then
  return { 'decided', pairsOf(decision) }
end
local field = id .. '/' .. user
local vote = redis.call('HGET', KEYS[2], field)
if not vote or (why == '' and string.sub(vote, 1, #action + 1) ~= action .. '|') then
  return { 'none' }
end
redis.call('HDEL', KEYS[2], field)
-- A rollback or cancel that waits with this vote no longer has enough votes.
local waiting = id == 'end' and waitingEnding(KEYS[2])
if waiting and named(waiting.by)[user] then
  redis.call('HDEL', KEYS[2], WAITING)
end
if why == '' then
  say(KEYS[3], { k = 'withdrawn', id = id, by = user })
else
  say(KEYS[3], { k = 'void', id = id, action = action, by = user, why = why })
end
return { 'withdrawn' }
