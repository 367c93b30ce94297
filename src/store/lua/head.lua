-- Goes before every script, after the clock. Plain Lua 5.1: Redis 6.2+, Valkey and the embedded engine all run it.

-- Every key of a deployment lives this long after its last write: longer than ECS's longest pause (14 days).
local TTL = 30 * 24 * 60 * 60 * 1000

-- LIVE: an answer is under way. SHUT: it is over and never changes again.
local LIVE = { claimed = true, sent = true, unclear = true, accepted = true, refused = true }
local SHUT = { confirmed = true, superseded = true, expired = true }

-- Somebody was first: this decision is under way, or over.
local function stands(decision)
  return LIVE[decision.st] or SHUT[decision.st]
end

-- Lua would write large numbers as 1.7e+12.
local function int(number)
  return string.format('%.0f', number)
end

-- The opposite keeps an answer from going out. Only an ending passes a forward answer that is merely claimed: once the
-- ending is claimed, that one can't begin any more.
local function blocks(guard, id)
  return stands(guard) and not (id == 'end' and guard.st == 'claimed')
end

-- A hash as a table; an absent key is an empty table.
local function record(key)
  local flat, fields = redis.call('HGETALL', key), {}
  for i = 1, #flat, 2 do
    fields[flat[i]] = flat[i + 1]
  end
  return fields
end

-- A hash as a reply: name, value, name, value.
local function pairsOf(fields)
  local flat = {}
  for name, value in pairs(fields) do
    flat[#flat + 1] = name
    flat[#flat + 1] = value
  end
  return flat
end

-- The guard of a decision. A decision without one names itself: Redis has no optional keys.
local function guardOf(guardKey, decisionKey)
  if guardKey == decisionKey then
    return {}
  end
  return record(guardKey)
end

-- Sets fields and renews the life of their key.
local function write(key, ...)
  redis.call('HSET', key, ...)
  redis.call('PEXPIRE', key, TTL)
end

local function append(logKey, text)
  redis.call('RPUSH', logKey, text)
  redis.call('PEXPIRE', logKey, TTL)
end

-- Tells the deployment's log. Thread and audit are copies of it, so each change of state speaks in its own step.
local function say(logKey, entry)
  entry.at = now
  append(logKey, cjson.encode(entry))
end

-- Votes are fields `<decision>/<user>` of the hash `ask`. Other fields there have more parts, or begin with `once`.
local function voteOf(field)
  local decision, user = string.match(field, '^([^/]+)/([^/]+)$')
  if decision == 'once' then
    return nil
  end
  return decision, user
end

-- Whose votes for the same could not be judged at the latest press, as text; the field is absent where only releases
-- before this one recorded votes. And the reason that a person gave last, as far as the log has it.
local function unknownOf(id, action, evidence)
  return 'unknown/' .. id .. '/' .. action .. '/' .. evidence
end
local function reasonOf(id, user)
  return 'reason/' .. id .. '/' .. user
end

-- Names in one order, each once, as text.
local function listed(set)
  local names = {}
  for name in pairs(set) do
    names[#names + 1] = name
  end
  table.sort(names)
  return table.concat(names, ',')
end

-- People by name, from text.
local function named(text)
  local set = {}
  for name in string.gmatch(text, '[^,]+') do
    set[name] = true
  end
  return set
end

-- How often an ending was asked for, and by whom last. Votes are used up; this is not.
local ENDINGS, LAST_ENDING = 'count/end/asked', 'last/end/asked'

-- An ending that enough people asked for and that waits for the lane. Its process renews this while it waits.
local WAITING = 'waits/end/since'

-- When it was renewed, what was asked and by whom; nothing when no ending waits.
local function waitingEnding(askKey)
  local at, action, by = string.match(redis.call('HGET', askKey, WAITING) or '', '^([^|]*)|([^|]*)|(.*)$')
  return at and { at = tonumber(at), action = action, by = by }
end

-- How long the process of a waiting ending still counts as alive; nothing when it doesn't.
local function renewedFor(askKey, renewMs)
  local waiting = waitingEnding(askKey)
  local left = waiting and waiting.at + renewMs - now or 0
  return left > 0 and left or nil
end

-- Who asked for an ending since this forward answer was claimed; nothing when nobody did. An ending never gives way.
local function opposing(askKey, decision)
  if decision.id == 'end' or decision.id == 'revert' then
    return nil
  end
  local asks = record(askKey)
  local users = {}
  for field, value in pairs(asks) do
    local about, who = voteOf(field)
    local at = about == 'end' and tonumber(string.match(value, '[^|]*$'))
    if at and at > tonumber(decision.claimedAt or 0) then
      users[who] = true
    end
  end
  -- Within the same millisecond, or with votes that are used up. A release before this one counted nothing.
  if not next(users) and decision.endings and (asks[ENDINGS] or '0') ~= decision.endings then
    users[asks[LAST_ENDING]] = true
  end
  return next(users) and listed(users)
end

-- An attempt that came to nothing has used up its votes: people are asked again and nobody has voted yet.
local function spendVotes(askKey, decision)
  for who in pairs(named(decision.by or '')) do
    redis.call('HDEL', askKey, decision.id .. '/' .. who)
  end
end
