-- Concludes the state of a decision from a read of AWS (P3, P5, P9).
-- KEYS lease decision guard ask log dep
-- ARGV version saw readAt token leaseMs quietMs acceptedMs freshMs renewMs id words born
-- saw: match (AWS shows this answer), other, expired (AWS's own timeout), open (AWS still waits)
local version, saw, readAt, token, leaseMs = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]
local quietMs, acceptedMs, freshMs = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local renewMs, id, words = tonumber(ARGV[9]), ARGV[10], ARGV[11]
-- The decision may be lost: what AWS shows must not be concluded about its absence.
if isForgotten(KEYS[6], ARGV[12]) then
  return { 'emptied' }
end
local decision = record(KEYS[2])
local state = decision.st
local lease = redis.call('GET', KEYS[1])

-- Everybody with a recorded vote for this decision.
local function asked()
  local users = {}
  for _, field in ipairs(redis.call('HKEYS', KEYS[4])) do
    local about, who = voteOf(field)
    if about == id then
      users[who] = true
    end
  end
  return listed(users)
end

local function conclude(nextState, kind)
  write(KEYS[2], 'v', version, 'id', id, 'st', nextState, 'resolvedAt', int(now))
  say(KEYS[5], {
    k = kind, id = id, action = decision.action, by = decision.by, att = tonumber(decision.att),
    answer = decision.answer, asked = asked(), detail = words,
  })
  if nextState == 'open' then
    spendVotes(KEYS[4], decision)
  end
  return { kind }
end

if tonumber(decision.v or 0) > version then
  return { 'newer' }
end
if SHUT[state] then
  return { 'shut' }
end

if LIVE[state] and lease and lease == decision.token then
  -- Resent after a lost reply: the takeover below was this caller's.
  if token == decision.token and state == 'claimed' then
    return { 'took', pairsOf(decision) }
  end
  -- The lease holder is still running and will settle.
  return { 'held', int(redis.call('PTTL', KEYS[1])) }
end

if saw ~= 'open' then
  -- An answer that AWS rejected, or that was never sent, can't be the cause of what AWS shows.
  if saw == 'match' and (state == 'sent' or state == 'unclear' or state == 'accepted') then
    return conclude('confirmed', 'confirmed')
  end
  local over = saw == 'expired' and 'expired' or 'superseded'
  return conclude(over, over)
end

if not state or state == 'open' then
  local waiting = id == 'end' and waitingEnding(KEYS[4])
  if not waiting then
    return { 'open' }
  end
  local left = renewedFor(KEYS[4], renewMs)
  if left then
    return { 'held', int(left) }
  end
  -- The process stopped while it waited for the lane: its people have to ask again.
  redis.call('HDEL', KEYS[4], WAITING)
  -- The result of the previous attempt is not about this one.
  redis.call('HDEL', KEYS[2], 'sentAt', 'answer', 'settledAt')
  local attempt = tonumber(decision.att or 0) + 1
  write(KEYS[2], 'id', id, 'action', waiting.action, 'by', waiting.by, 'att', attempt)
  decision = record(KEYS[2])
  return conclude('open', 'notSent')
end

-- A claim without its lease: the process stopped before `begin`, so nothing was sent.
if state == 'claimed' then
  -- The opposite is in progress: nobody has to ask again.
  if blocks(guardOf(KEYS[3], KEYS[2]), id) then
    write(KEYS[2], 'st', 'open', 'resolvedAt', int(now))
    spendVotes(KEYS[4], decision)
    say(KEYS[5], {
      k = 'dropped', id = id, action = decision.action, by = decision.by, att = tonumber(decision.att), why = 'guard',
    })
    return { 'notSent' }
  end
  -- What people saw is too old by now.
  if now - tonumber(decision.claimedAt) > freshMs then
    return conclude('open', 'notSent')
  end
  if lease then
    return { 'held', int(redis.call('PTTL', KEYS[1])) }
  end
  -- The opposite was asked for since. If its process is alive it sends it; either way this answer is never sent.
  if opposing(KEYS[4], decision) then
    local left = renewedFor(KEYS[4], renewMs)
    if left then
      return { 'held', int(left) }
    end
    return conclude('open', 'notSent')
  end
  write(KEYS[2], 'att', tonumber(decision.att) + 1, 'token', token)
  redis.call('SET', KEYS[1], token, 'PX', leaseMs)
  return { 'took', pairsOf(record(KEYS[2])) }
end

if state == 'sent' then
  write(KEYS[2], 'st', 'unclear')
  say(KEYS[5], {
    k = 'unclear', id = id, action = decision.action, by = decision.by, att = tonumber(decision.att),
  })
end

-- Only a read that began after the quiet time proves that nothing happened. An earlier one may be old by now because
-- its worker paused, and would reopen something that AWS has already done.
local quietUntil = tonumber(decision.sentAt) + (state == 'accepted' and acceptedMs or quietMs)
if readAt < quietUntil then
  return { 'wait', int(math.max(0, quietUntil - now)) }
end
return conclude('open', 'reopened')
