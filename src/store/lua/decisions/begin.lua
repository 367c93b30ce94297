-- The last check of the record before the call is sent (P2, P3). Every attempt goes through here, takeovers too.
-- KEYS lease decision guard ask log
-- ARGV token leaseMs
local token, leaseMs = ARGV[1], ARGV[2]
local lease, decision = redis.call('GET', KEYS[1]), record(KEYS[2])
local guard = guardOf(KEYS[3], KEYS[2])
local mine = decision.token == token

-- Resent after a lost reply.
if mine and decision.st == 'sent' and lease == token then
  return { 'go' }
end

local isBlocked, opponents = blocks(guard, decision.id), opposing(KEYS[4], decision)
if mine and decision.st == 'open' and isBlocked then
  return { 'decided', pairsOf(guard) }
end
if mine and decision.st == 'open' and opponents then
  return { 'opposed', opponents }
end
if not mine or decision.st ~= 'claimed' or lease ~= token then
  return { 'lost', pairsOf(decision) }
end

local function drop(why, against)
  write(KEYS[2], 'st', 'open')
  redis.call('DEL', KEYS[1])
  spendVotes(KEYS[4], decision)
  say(KEYS[5], {
    k = 'dropped', id = decision.id, action = decision.action, by = decision.by,
    att = tonumber(decision.att), why = why, against = against,
  })
end

-- The opposite was decided since the claim. Sending now would let both answers reach AWS.
if isBlocked then
  drop('guard')
  return { 'decided', pairsOf(guard) }
end
-- The opposite was asked for since the claim, and may be waiting for this lease: it takes precedence.
if opponents then
  drop('opposed', opponents)
  return { 'opposed', opponents }
end

-- From here on the call may have been made, even if this process dies.
write(KEYS[2], 'st', 'sent', 'sentAt', int(now))
redis.call('SET', KEYS[1], token, 'PX', leaseMs)
return { 'go' }
