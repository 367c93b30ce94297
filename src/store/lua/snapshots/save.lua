-- Stores the newest snapshot, logs each of its remarks once, and returns the view after that (P1, P5).
-- KEYS dep board ask log lease decision...
-- ARGV version readAt terminal snapshot born young (remark's name, remark)...
-- born: when the records began that the job knew; '' if it knew none      young 1: Redis may have lost earlier ones
-- A deployment can run for longer than the TTL, so this renews all of its keys: without its log and the record of
-- what was logged once, everything would be logged again.
local version, readAt, terminal, snapshot = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4]
local born = ARGV[5]

-- Redis lost the records while the job ran. What it has read is from before: the next job reads again.
if isForgotten(KEYS[1], born) then
  return { 'emptied', wholeView() }
end

local kept = record(KEYS[1])
local keptReadAt = tonumber(kept.readAt or 0)

if tonumber(kept.v or 0) > version then
  return { 'newer', wholeView() }
end
-- Resent after a lost reply.
if keptReadAt == readAt and kept.snapshot == snapshot then
  return { 'saved', wholeView() }
end
-- A paused worker's read is older than the stored one, and an ended deployment never runs again: AWS's reads lag.
if keptReadAt >= readAt or (kept.terminal == '1' and terminal == '0') then
  return { 'old', wholeView() }
end

redis.call('HDEL', KEYS[1], 'staleSince', 'staleWhy')
for i = 2, #KEYS do
  if i ~= 5 then
    redis.call('PEXPIRE', KEYS[i], TTL)
  end
end
write(KEYS[1], 'v', version, 'readAt', int(readAt), 'terminal', terminal, 'snapshot', snapshot, 'fails', 0)
-- Records of an earlier release do not say when they began.
local isNew = redis.call('HSETNX', KEYS[1], 'born', kept.snapshot and kept.readAt or int(now)) == 1
if isNew and not kept.snapshot and ARGV[6] == '1' then
  redis.call('HSET', KEYS[1], 'young', '1')
end
for i = 7, #ARGV, 2 do
  if redis.call('HSETNX', KEYS[3], 'once/' .. ARGV[i], int(now)) == 1 then
    redis.call('PEXPIRE', KEYS[3], TTL)
    -- Concatenated as text: Lua's JSON would turn an empty list into an empty object.
    append(KEYS[4], '{"k":"remark","at":' .. int(now) .. ',"remark":' .. ARGV[i + 1] .. '}')
  end
end
return { 'saved', wholeView() }
