-- The last look at the record before the call goes out (P2, P3). Every attempt passes here, taken over ones too.
-- KEYS lease decision guard log
-- ARGV token leaseMs
local token, leaseMs = ARGV[1], ARGV[2]
local lease, decision = redis.call('GET', KEYS[1]), record(KEYS[2])
local guard = guardOf(KEYS[3], KEYS[2])
local mine = decision.token == token

-- Sent again after a lost reply.
if mine and decision.st == 'sent' and lease == token then
  return { 'go' }
end
if mine and decision.st == 'open' and stands(guard) then
  return { 'decided', pairsOf(guard) }
end

if not mine or decision.st ~= 'claimed' or lease ~= token then
  return { 'lost', pairsOf(decision) }
end

-- The opposite was decided since the claim. Sending now would let both answers reach AWS.
if stands(guard) then
  write(KEYS[2], 'st', 'open')
  redis.call('DEL', KEYS[1])
  say(KEYS[4], {
    k = 'dropped', id = decision.id, action = decision.action, by = decision.by,
    att = tonumber(decision.att), why = 'guard',
  })
  return { 'decided', pairsOf(guard) }
end

-- From here on the call may have happened, whatever becomes of this process.
write(KEYS[2], 'st', 'sent', 'sentAt', int(now))
redis.call('SET', KEYS[1], token, 'PX', leaseMs)
return { 'go' }
