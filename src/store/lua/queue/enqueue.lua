-- Adds jobs to the queue or makes them run earlier, and stores the data that only their events contain (P1, P7).
-- KEYS due work note hint
-- ARGV (member delayMs hint)...      delayMs below zero: priority over jobs due by then; hint '': none

-- No real deployment has more: the events are forged. Data that a read has used is in its snapshot by then.
local carriedAtMost = 64

local function count(named)
  local n = 0
  for _ in pairs(named or {}) do
    n = n + 1
  end
  return n
end

-- Event data that no read returns is merged by name. Of the events, the newest counts, in any order of arrival.
local function merged(old, new)
  if count(old.carried) + count(new.carried) > carriedAtMost then
    old.carried = nil
  end
  for name, value in pairs(new.carried or {}) do
    old.carried = old.carried or {}
    old.carried[name] = value
  end
  if new.event and (not old.event or new.event.time >= old.event.time) then
    old.event = new.event
  end
  return old
end

for i = 1, #ARGV, 3 do
  local member, delayMs, hint = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2]
  local dueAt = now + delayMs
  local working = redis.call('HGET', KEYS[2], member)
  if working then
    -- A worker has this job. Don't start a second one; run the job again when that worker completes it.
    local token, again = string.match(working, '^([^|]*)|(.*)$')
    if again == '' or tonumber(again) > dueAt then
      redis.call('HSET', KEYS[2], member, token .. '|' .. int(dueAt))
    end
  else
    redis.call('ZADD', KEYS[1], 'LT', int(dueAt), member)
  end
  -- A new event: the series of repeated reads starts over, and rendering alone is no longer enough.
  if delayMs <= 0 or hint ~= '' then
    redis.call('HDEL', KEYS[3], member)
  end
  if hint ~= '' then
    local old = redis.call('HGET', KEYS[4], member)
    redis.call('HSET', KEYS[4], member, cjson.encode(merged(old and cjson.decode(old) or {}, cjson.decode(hint))))
  end
end
return { 'queued' }
