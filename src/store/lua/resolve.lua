-- Concludes from a read of AWS what became of a decision (P3, P5, P9).
-- KEYS lease decision guard ask log
-- ARGV version saw readAt token leaseMs quietMs acceptedMs freshMs id words
-- saw: match (AWS shows this answer), other, expired (AWS's own time-out), open (AWS still waits)
local version, saw, readAt, token, leaseMs = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]
local quietMs, acceptedMs, freshMs = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local id, words = ARGV[9], ARGV[10]
local decision = record(KEYS[2])
local state = decision.st
local lease = redis.call('GET', KEYS[1])

local function conclude(nextState, kind)
  write(KEYS[2], 'v', version, 'id', id, 'st', nextState, 'resolvedAt', int(now))
  local asked = {}
  for _, field in ipairs(redis.call('HKEYS', KEYS[4])) do
    local about, who = voteOf(field)
    if about == id then
      asked[who] = true
    end
  end
  say(KEYS[5], {
    k = kind, id = id, action = decision.action, by = decision.by, att = tonumber(decision.att),
    answer = decision.answer, asked = listed(asked), detail = words,
  })
  return { kind }
end

if tonumber(decision.v or 0) > version then
  return { 'newer' }
end
if SHUT[state] then
  return { 'shut' }
end

if LIVE[state] and lease and lease == decision.token then
  -- Sent again after a lost reply: the take-over below was this caller's.
  if token == decision.token and state == 'claimed' then
    return { 'took', pairsOf(decision) }
  end
  -- Its holder is at work and will settle.
  return { 'held', int(redis.call('PTTL', KEYS[1])) }
end

if saw ~= 'open' then
  -- What AWS refused, or what was never sent, can't be the reason for what AWS shows.
  if saw == 'match' and (state == 'sent' or state == 'unclear' or state == 'accepted') then
    return conclude('confirmed', 'confirmed')
  end
  local over = saw == 'expired' and 'expired' or 'superseded'
  return conclude(over, over)
end

if not state or state == 'open' then
  return { 'open' }
end

-- A claim without its lease: the process stopped before `begin`, so surely nothing was sent.
if state == 'claimed' then
  -- What people saw is too old by now, or the opposite was decided: they are asked again.
  if stands(guardOf(KEYS[3], KEYS[2])) or now - tonumber(decision.claimedAt) > freshMs then
    return conclude('open', 'notSent')
  end
  if lease then
    return { 'held', int(redis.call('PTTL', KEYS[1])) }
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

-- Only a read that began after the quiet time proves that nothing happened. One that began earlier may be old by now,
-- because its worker paused: it would reopen what AWS has already done.
local quietUntil = tonumber(decision.sentAt) + (state == 'accepted' and acceptedMs or quietMs)
if readAt < quietUntil then
  return { 'wait', int(math.max(0, quietUntil - now)) }
end
return conclude('open', 'reopened')
