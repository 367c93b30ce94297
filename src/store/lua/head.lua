-- Prepended to every script, after the clock. Plain Lua 5.1: runs on Redis 6.2+, Valkey and the embedded engine.

-- TTL of a deployment's keys since their last write: longer than ECS's longest pause (14 days).
local TTL = 30 * 24 * 60 * 60 * 1000

-- LIVE: an answer is in progress. SHUT: final.
local LIVE = { claimed = true, sent = true, unclear = true, accepted = true, refused = true }
local SHUT = { confirmed = true, superseded = true, expired = true }

-- This decision was made: it is in progress or final.
local function stands(decision)
  return LIVE[decision.st] or SHUT[decision.st]
end

-- Lua would format large numbers as 1.7e+12.
local function int(number)
  return string.format('%.0f', number)
end

-- Keeps an answer from being sent if the opposite was decided. Only a rollback or cancel may override a forward
-- answer that is just claimed: once it is claimed itself, the forward answer can't begin any more.
local function blocks(guard, id)
  return stands(guard) and not (id == 'end' and guard.st == 'claimed')
end

-- Reads a hash into a table; an absent key gives an empty table.
local function record(key)
  local flat, fields = redis.call('HGETALL', key), {}
  for i = 1, #flat, 2 do
    fields[flat[i]] = flat[i + 1]
  end
  return fields
end

-- Formats a hash as a reply: name, value, name, value.
local function pairsOf(fields)
  local flat = {}
  for name, value in pairs(fields) do
    flat[#flat + 1] = name
    flat[#flat + 1] = value
  end
  return flat
end

-- Reads the guard of a decision. A decision without one passes its own key: a script's keys can't be optional.
local function guardOf(guardKey, decisionKey)
  if guardKey == decisionKey then
    return {}
  end
  return record(guardKey)
end

-- Sets fields and renews the key's TTL.
local function write(key, ...)
  redis.call('HSET', key, ...)
  redis.call('PEXPIRE', key, TTL)
end

local function append(logKey, text)
  redis.call('RPUSH', logKey, text)
  redis.call('PEXPIRE', logKey, TTL)
end

-- Appends to the deployment's log. Thread and audit are copies of it, so each step logs its own change of state.
local function say(logKey, entry)
  entry.at = now
  append(logKey, cjson.encode(entry))
end

-- Votes are the fields `<decision>/<user>` of the hash `ask`. Its other fields have more parts, or begin with `once`.
local function voteOf(field)
  local decision, user = string.match(field, '^([^/]+)/([^/]+)$')
  if decision == 'once' then
    return nil
  end
  return decision, user
end

-- Field with the voters who could not be checked at the latest click; absent if only earlier releases recorded votes.
-- Below: field with the reason that a person gave last, if it is in the log.
local function unknownOf(id, action, evidence)
  return 'unknown/' .. id .. '/' .. action .. '/' .. evidence
end
local function reasonOf(id, user)
  return 'reason/' .. id .. '/' .. user
end

-- True if the records that the caller has read are lost: they began at `born` (empty: it found no beginning). They are
-- lost together with their beginning. Notes it, so that forward answers wait for calls that nobody remembers.
local function isForgotten(depKey, born)
  if born == '' or redis.call('HGET', depKey, 'born') == born then
    return false
  end
  redis.call('HSETNX', depKey, 'born', int(now))
  write(depKey, 'emptied', '1')
  return true
end

-- Joins a set of names, sorted, with commas.
local function listed(set)
  local names = {}
  for name in pairs(set) do
    names[#names + 1] = name
  end
  table.sort(names)
  return table.concat(names, ',')
end

-- Splits comma-separated names into a set.
local function named(text)
  local set = {}
  for name in string.gmatch(text, '[^,]+') do
    set[name] = true
  end
  return set
end

-- How often a rollback or cancel was asked for, and by whom last. Unlike votes these are never removed.
local ENDINGS, LAST_ENDING = 'count/end/asked', 'last/end/asked'

-- A rollback or cancel that has enough votes and waits for the lane. Its process renews this while it waits.
local WAITING = 'waits/end/since'

-- The waiting rollback or cancel: when renewed, the action, and who asked; nil if none waits.
local function waitingEnding(askKey)
  local at, action, by = string.match(redis.call('HGET', askKey, WAITING) or '', '^([^|]*)|([^|]*)|(.*)$')
  return at and { at = tonumber(at), action = action, by = by }
end

-- How long the process of a waiting rollback or cancel still counts as alive; nil if it doesn't.
local function renewedFor(askKey, renewMs)
  local waiting = waitingEnding(askKey)
  local left = waiting and waiting.at + renewMs - now or 0
  return left > 0 and left or nil
end

-- Who asked for a rollback or cancel since this forward answer was claimed; nil if nobody did. It wins.
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
  -- Asked for within the same millisecond, or with votes that are removed by now. Earlier releases did not count.
  if not next(users) and decision.endings and (asks[ENDINGS] or '0') ~= decision.endings then
    users[asks[LAST_ENDING]] = true
  end
  return next(users) and listed(users)
end

-- A failed attempt uses up its votes: people have to ask again, starting from no votes.
local function spendVotes(askKey, decision)
  for who in pairs(named(decision.by or '')) do
    redis.call('HDEL', askKey, decision.id .. '/' .. who)
  end
end
