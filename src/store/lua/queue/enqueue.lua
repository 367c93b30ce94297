-- Adds members to the queue, or makes them earlier, and keeps what only their events say (P1, P7).
-- KEYS due work note hint
-- ARGV (member delayMs hint)...      delayMs below zero: a head start; hint '': none

-- No deployment has so many of them: somebody invents events. What a look has seen is in its snapshot by then.
local carriedAtMost = 64

local function count(named)
  local n = 0
  for _ in pairs(named or {}) do
    n = n + 1
  end
  return n
end

-- What no read returns adds up by name; of the events only the newest is of interest, whichever came last.
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
    -- Somebody looks at it now: nobody else starts beside that, it is looked at once more afterwards.
    local token, again = string.match(working, '^([^|]*)|(.*)$')
    if again == '' or tonumber(again) > dueAt then
      redis.call('HSET', KEYS[2], member, token .. '|' .. int(dueAt))
    end
  else
    redis.call('ZADD', KEYS[1], 'LT', int(dueAt), member)
  end
  -- Something new came in: a series of repeated looks begins anew, and drawing alone is no longer enough.
  if delayMs <= 0 or hint ~= '' then
    redis.call('HDEL', KEYS[3], member)
  end
  if hint ~= '' then
    local old = redis.call('HGET', KEYS[4], member)
    redis.call('HSET', KEYS[4], member, cjson.encode(merged(old and cjson.decode(old) or {}, cjson.decode(hint))))
  end
end
return { 'queued' }
