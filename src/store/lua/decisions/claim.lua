-- Records a person's vote; if the caller found enough votes for the same, the attempt gets the decision and the
-- lane's lease (P2, P4).
-- KEYS lease decision guard ask log dep board
-- ARGV version token leaseMs id action user evidence enough by need seen unknown renewMs detail again born quietMs
-- again: '' on the first try. judged-now: a retry after waiting for the lane; the vote is recorded unless it was
-- withdrawn. judged-before: the same, but the verdict is as old as the wait: if the lane is free by now, record
-- nothing.
-- born: when the records began that the caller has read; '' if they do not say
-- enough 1: the people in `by` may decide. seen: the users whose votes for the same were checked, without the caller.
-- unknown: users who could not be checked; can include the caller.
local version, token, leaseMs = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local id, action, user, evidence = ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local enough, by, need, seen = ARGV[8] == '1', ARGV[9], tonumber(ARGV[10]), named(ARGV[11])
local unknown, renewMs, detail, again = named(ARGV[12]), tonumber(ARGV[13]), cjson.decode(ARGV[14]), ARGV[15]
local born, quietMs = ARGV[16], tonumber(ARGV[17])
local UNKNOWN, REASON = unknownOf(id, action, evidence), reasonOf(id, user)
local decision, guard = record(KEYS[2]), guardOf(KEYS[3], KEYS[2])
local lease = redis.call('GET', KEYS[1])

-- Redis lost what the person saw and what the votes were checked against. Nothing is recorded.
if isForgotten(KEYS[6], born) then
  return { 'emptied', id == 'end' and '0' or int(quietMs) }
end

-- A newer release wrote this record; its states may mean something else.
if tonumber(decision.v or 0) > version or tonumber(guard.v or 0) > version then
  return { 'newer' }
end

-- Resent after a lost reply: reply the same, count nothing twice.
if decision.token == token and decision.st == 'claimed' and lease == token then
  return { 'yours', decision.att, decision.by }
end

local mine = action .. '|' .. evidence .. '|'

-- One vote per person, either forward or for a rollback or cancel: a new one removes those that contradict it.
-- Returns the users who voted for the opposite.
local function putOnRecord(notKnown)
  local others = {}
  for _, field in ipairs(redis.call('HKEYS', KEYS[4])) do
    local about, who = voteOf(field)
    if about and about ~= id and (id == 'end' or about == 'end') then
      if who == user then
        redis.call('HDEL', KEYS[4], field)
      else
        others[who] = true
      end
    end
  end
  write(KEYS[4], id .. '/' .. user, mine .. int(now), UNKNOWN, listed(notKnown))
  if id == 'end' then
    redis.call('HINCRBY', KEYS[4], ENDINGS, 1)
    redis.call('HSET', KEYS[4], LAST_ENDING, user)
  end
  return others
end

-- This decision or its opposite was made already. A user who asked for something else is logged once per attempt.
local winner = stands(decision) and decision or blocks(guard, id) and guard
if winner then
  local oneOfThem = string.find(',' .. (winner.by or '') .. ',', ',' .. user .. ',', 1, true)
  if not (oneOfThem and winner.action == action) then
    local once = 'late/' .. id .. '/' .. (winner.att or 0) .. '/' .. user .. '/' .. action
    if redis.call('HSETNX', KEYS[4], once, int(now)) == 1 then
      redis.call('PEXPIRE', KEYS[4], TTL)
      say(KEYS[5], {
        k = 'late', id = id, action = action, by = user,
        won = winner.id, wonBy = winner.by, wonAction = winner.action,
      })
    end
  end
  -- The winner's process may be gone before it sends: a takeover also counts the people who asked for the same since.
  local isSame = decision.action == action and decision.evidence == evidence
  if id == 'end' and decision.st == 'claimed' and isSame and not named(decision.by or '')[user] then
    -- Nobody else was checked for this vote.
    local notKnown = named(redis.call('HGET', KEYS[4], UNKNOWN) or '')
    notKnown[user] = unknown[user]
    putOnRecord(notKnown)
  end
  return { lease and lease == winner.token and 'busy' or 'decided', pairsOf(winner) }
end

local wishes = redis.call('HGETALL', KEYS[4])

-- The verdict is valid only for exactly these votes.
local unseen, said = named(ARGV[11]), false
for i = 1, #wishes, 2 do
  local about, who = voteOf(wishes[i])
  if about == id and string.sub(wishes[i + 1], 1, #mine) == mine then
    if who == user then
      said = true
    elseif not seen[who] then
      return { 'votes-changed' }
    end
    unseen[who] = nil
  end
end
if next(unseen) then
  return { 'votes-changed' }
end

-- Ends the wait of a rollback or cancel, if this person is one of those who asked for it.
local function waitNoMore()
  local waiting = id == 'end' and waitingEnding(KEYS[4])
  if waiting and waiting.action == action and named(waiting.by)[user] then
    redis.call('HDEL', KEYS[4], WAITING)
  end
end

if again ~= '' and not said then
  waitNoMore()
  return { 'withdrawn' }
end

if again == 'judged-before' and not lease then
  return { 'lane-free' }
end

-- Where Redis lost data, or may have, a call that nobody remembers can still be on its way to AWS. Forward answers wait
-- until it has arrived and reads show it. In a young store, a card that had to be posted proves that there is none.
local lane = redis.call('HMGET', KEYS[6], 'born', 'emptied', 'young')
local card = redis.call('HMGET', KEYS[7], 'ts', 'older')
local isWhole = not lane[2] and not card[2] and (card[1] or not lane[3])
local quietUntil = tonumber(lane[1] or 0) + quietMs
if enough and id ~= 'end' and id ~= 'revert' and lane[1] and not isWhole and now < quietUntil then
  return { 'emptied', int(quietUntil - now) }
end

local before, reasonBefore = redis.call('HGET', KEYS[4], UNKNOWN), said and redis.call('HGET', KEYS[4], REASON)
local others = putOnRecord(unknown)

-- Keeps the reason in the log, so that the next click is logged only if it gives a different one.
local function keepReason()
  if detail.reason then
    redis.call('HSET', KEYS[4], REASON, detail.reason)
  elseif not said then
    redis.call('HDEL', KEYS[4], REASON)
  end
end

if not enough then
  waitNoMore()
  local n = 0
  for _ in pairs(named(by)) do
    n = n + 1
  end
  local isNews = before ~= listed(unknown) or (detail.reason and detail.reason ~= reasonBefore)
  if not said or isNews then
    keepReason()
    detail.unknown = next(unknown) and listed(unknown) or nil
    say(KEYS[5], {
      k = 'vote', id = id, action = action, by = user, n = n, need = need, again = said or nil, detail = detail,
    })
  end
  return { 'waiting', int(n), int(need) }
end

-- Another decision of this lane is at AWS, or a rollback or cancel waits for the lane. The vote is kept, so asking
-- again is enough. A rollback or cancel is recorded as waiting, and from then on nothing that it contradicts can
-- begin.
local isForward = id ~= 'end' and KEYS[3] ~= KEYS[2]
if lease or (isForward and renewedFor(KEYS[4], renewMs)) then
  if id == 'end' then
    write(KEYS[4], WAITING, int(now) .. '|' .. action .. '|' .. by)
  end
  return { 'busy-lease' }
end

local attempt = tonumber(decision.att or 0) + 1
redis.call('HDEL', KEYS[2], 'sentAt', 'answer', 'settledAt', 'resolvedAt')
write(KEYS[2], 'v', version, 'id', id, 'st', 'claimed', 'action', action, 'by', by, 'att', attempt,
  'token', token, 'evidence', evidence, 'claimedAt', int(now), 'detail', ARGV[14],
  'endings', redis.call('HGET', KEYS[4], ENDINGS) or '0')
if id == 'end' then
  redis.call('HDEL', KEYS[4], WAITING)
end
redis.call('SET', KEYS[1], token, 'PX', leaseMs)
keepReason()
say(KEYS[5], {
  k = 'claimed', id = id, action = action, by = by, att = attempt, others = listed(others),
  detail = detail,
})
return { 'yours', int(attempt), by }
