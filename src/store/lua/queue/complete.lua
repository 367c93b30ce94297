-- Completes a job: updates index, audit and next job in one step (P1, P5).
-- KEYS due work note hint active audit audited auditedAt announce announced over born
-- ARGV member token nextMs note activeName activeEntry auditName auditLength from announceLength born
--   (entry announcement)...
-- nextMs '': never. activeName '': leave the index alone. activeEntry '': remove it. auditName '': nothing to copy
-- from: how many log entries precede these. announcement '': this entry is not announced
-- born: when the records began that this job has left; '' if it left none
local member, token, nextMs, note = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local activeName, activeEntry = ARGV[5], ARGV[6]
local auditName, auditLength, from = ARGV[7], ARGV[8], tonumber(ARGV[9])
local announceLength = tonumber(ARGV[10])
local overMs, overAtMost = 24 * 3600 * 1000, 1000

-- A worker that paused can't complete a job that another one has dequeued since. Resent, this changes nothing.
local holder, again = string.match(redis.call('HGET', KEYS[2], member) or '', '^([^|]*)|(.*)$')
if holder ~= token then
  return { 'lost' }
end
redis.call('HDEL', KEYS[2], member)

if activeName ~= '' then
  if activeEntry == '' then
    redis.call('HDEL', KEYS[5], activeName)
  elseif redis.call('HGET', KEYS[5], activeName) ~= activeEntry then
    redis.call('HSET', KEYS[5], activeName, activeEntry)
  end
  if activeEntry ~= '' and nextMs == '' then
    redis.call('ZADD', KEYS[11], 'NX', int(now), activeName)
  else
    redis.call('ZREM', KEYS[11], activeName)
  end
end

-- Entries of deployments without a job are kept for a day, and at most `overAtMost` of them: every list reads all.
local tooOld = redis.call('ZRANGEBYSCORE', KEYS[11], '-inf', int(now - overMs), 'LIMIT', 0, 10)
local surplus = redis.call('ZCARD', KEYS[11]) - overAtMost
if #tooOld == 0 and surplus > 0 then
  tooOld = redis.call('ZRANGE', KEYS[11], 0, math.min(surplus, 10) - 1)
end
for _, name in ipairs(tooOld) do
  redis.call('HDEL', KEYS[5], name)
  redis.call('ZREM', KEYS[11], name)
end

-- The cursor copies each log entry once. It is kept as long as the log itself after the log's last write.
if auditName ~= '' then
  local cursor = tonumber(redis.call('HGET', KEYS[7], member) or 0)
  for i = 12, #ARGV, 2 do
    local seq = from + (i - 10) / 2
    if seq > cursor then
      redis.call('XADD', KEYS[6], 'MAXLEN', '~', auditLength, '*', 'key', auditName, 'n', int(seq), 'entry', ARGV[i])
      redis.call('HSET', KEYS[7], member, int(seq))
      redis.call('ZADD', KEYS[8], int(now), member)
      if ARGV[i + 1] ~= '' then
        redis.call('RPUSH', KEYS[9], ARGV[i + 1])
      end
    end
  end
  -- While the bus is down the oldest are dropped. Some may be leased and still get sent: the count is an upper bound.
  local tooMany = redis.call('LLEN', KEYS[9]) - announceLength
  if tooMany > 0 then
    redis.call('LTRIM', KEYS[9], tooMany, -1)
    redis.call('HINCRBY', KEYS[10], 'first', tooMany)
    redis.call('HINCRBY', KEYS[10], 'lost', tooMany)
  end
end
for _, old in ipairs(redis.call('ZRANGEBYSCORE', KEYS[8], '-inf', int(now - TTL), 'LIMIT', 0, 10)) do
  redis.call('HDEL', KEYS[7], old)
  redis.call('ZREM', KEYS[8], old)
end

local dueAt = nextMs ~= '' and now + tonumber(nextMs) or nil
if again ~= '' and (not dueAt or tonumber(again) < dueAt) then
  dueAt = tonumber(again)
end
if not dueAt then
  redis.call('ZREM', KEYS[1], member)
  redis.call('HDEL', KEYS[3], member)
  redis.call('HDEL', KEYS[4], member)
  redis.call('HDEL', KEYS[12], member)
  return { 'gone' }
end
redis.call('ZADD', KEYS[1], int(dueAt), member)
-- The records are in another slot of a cluster, and can be lost alone: the next job notices by this.
if ARGV[11] ~= '' then
  redis.call('HSET', KEYS[12], member, ARGV[11])
end
-- The note holds the state of a series of reads; an event that arrived meanwhile ends the series.
if again == '' and note ~= '' then
  redis.call('HSET', KEYS[3], member, note)
else
  redis.call('HDEL', KEYS[3], member)
end
return { again ~= '' and 'again' or 'later' }
