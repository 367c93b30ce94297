-- Records a person's vote; when the caller found that enough people ask for the same, the attempt gets the decision and
-- the lane's lease (P2, P4).
-- KEYS lease decision guard ask log
-- ARGV version token leaseMs id action user evidence enough by need seen unknown renewMs detail again
-- again: '' the first time. judged-now: it waited for the lane, and its vote is on record if nobody took it back.
-- judged-before: the same, and its verdict is as old as its wait: where the lane is free by now, nothing is recorded.
-- enough 1: the people in `by` may decide. seen: whose votes for the same were judged, the caller's own left out.
-- unknown: of whom it could not be told whether they still may vote, the caller perhaps among them.
local version, token, leaseMs = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local id, action, user, evidence = ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local enough, by, need, seen = ARGV[8] == '1', ARGV[9], tonumber(ARGV[10]), named(ARGV[11])
local unknown, renewMs, detail, again = named(ARGV[12]), tonumber(ARGV[13]), cjson.decode(ARGV[14]), ARGV[15]
local UNKNOWN, REASON = unknownOf(id, action, evidence), reasonOf(id, user)
local decision, guard = record(KEYS[2]), guardOf(KEYS[3], KEYS[2])
local lease = redis.call('GET', KEYS[1])

-- A newer release has written here, and its states may mean something else.
if tonumber(decision.v or 0) > version or tonumber(guard.v or 0) > version then
  return { 'newer' }
end

-- Sent again after a lost reply: the same answer, nothing counted twice.
if decision.token == token and decision.st == 'claimed' and lease == token then
  return { 'yours', decision.att, decision.by }
end

local mine = action .. '|' .. evidence .. '|'

-- One wish per person, forward or ending: the new one takes back what contradicts it. Returns who asks for the contrary.
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

-- Somebody was first, here or with the opposite. Whoever wanted something else is put on record once per attempt.
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
  -- Its process may be gone before it sends: whoever takes over counts those who asked for the same since.
  local isSame = decision.action == action and decision.evidence == evidence
  if id == 'end' and decision.st == 'claimed' and isSame and not named(decision.by or '')[user] then
    -- Nobody else was judged for this.
    local notKnown = named(redis.call('HGET', KEYS[4], UNKNOWN) or '')
    notKnown[user] = unknown[user]
    putOnRecord(notKnown)
  end
  return { lease and lease == winner.token and 'busy' or 'decided', pairsOf(winner) }
end

local wishes = redis.call('HGETALL', KEYS[4])

-- The verdict is about these votes and no others.
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

-- Ends the wait of an ending that this person takes part in, and of no other.
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

local before, reasonBefore = redis.call('HGET', KEYS[4], UNKNOWN), said and redis.call('HGET', KEYS[4], REASON)
local others = putOnRecord(unknown)

-- What is told of this press is kept, so that the next one is told where it says something else.
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

-- Another decision of this lane is at AWS, or an ending waits for one. The vote stays, so that asking again is enough;
-- that of an ending waits: nothing that it contradicts begins any more.
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
