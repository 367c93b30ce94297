-- Records the result of an attempt and releases the lane's lease (P3, P9).
-- KEYS lease decision ask log
-- ARGV version token answer words id action by attempt keepVotes unknown...
-- answer: accepted, refused, unclear after a call; open if it is certain that nothing was done; superseded, expired
-- if the read under the lease showed the hold over. keepVotes 1: with `open`, the votes still count.
-- unknown: the voters who could not be checked. Absent: nobody was checked.
local version, token, answer, words = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local id, action, by, attempt, keepVotes = ARGV[5], ARGV[6], ARGV[7], tonumber(ARGV[8]), ARGV[9] == '1'
local unknown = ARGV[10]
local decision = record(KEYS[2])
local mine = decision.token == token
local mayBeSent = decision.st == 'sent' or decision.st == 'unclear'

if redis.call('GET', KEYS[1]) == token then
  redis.call('DEL', KEYS[1])
end

-- Resent after a lost reply.
if mine and decision.st == answer then
  return { 'kept' }
end

local allowed
if answer == 'superseded' or answer == 'expired' then
  allowed = mine and decision.st == 'claimed'
elseif answer == 'open' then
  allowed = mine and (decision.st == 'claimed' or mayBeSent)
else
  -- Redis lost what came after an earlier attempt, the claim or `begin`: only this process knows that a call was made.
  local isLost = decision.st == 'open' and attempt > tonumber(decision.att or 0)
  allowed = not decision.st or isLost or (mine and (decision.st == 'claimed' or mayBeSent))
end

-- Another process concluded meanwhile. Log a call that may have had an effect anyway.
if not allowed then
  if answer == 'accepted' or answer == 'unclear' then
    say(KEYS[4], {
      k = 'lateAnswer', id = id, action = action, by = by, att = attempt, answer = answer, detail = words,
    })
  end
  return { 'late', pairsOf(decision) }
end

if answer == 'open' and not keepVotes then
  spendVotes(KEYS[3], decision)
end
if unknown and decision.evidence then
  write(KEYS[3], unknownOf(id, action, decision.evidence), listed(named(unknown)))
end
if not mayBeSent and answer ~= 'open' and answer ~= 'superseded' and answer ~= 'expired' then
  redis.call('HSET', KEYS[2], 'sentAt', int(now))
end
write(KEYS[2], 'v', version, 'id', id, 'st', answer, 'action', action, 'by', by, 'att', attempt,
  'token', token, 'answer', words, 'settledAt', int(now))
say(KEYS[4], { k = answer, id = id, action = action, by = by, att = attempt, answer = words, unknown = unknown ~= '' and unknown or nil })
return { 'kept' }
