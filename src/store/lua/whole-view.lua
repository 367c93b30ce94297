-- Prepended to the scripts that return everything a card needs.
-- KEYS dep board ask log lease decision...
-- Log: the newest 50 entries, and all that are not in the thread yet, up to 500: enough for a long Slack outage, and
-- it bounds the reply.
local function wholeView()
  local length = redis.call('LLEN', KEYS[4])
  local said = tonumber(redis.call('HGET', KEYS[2], 'said') or 0)
  local from = math.max(0, length - 500, math.min(said, length - 50))
  local reply = {
    int(now),
    redis.call('HGETALL', KEYS[1]),
    redis.call('HGETALL', KEYS[2]),
    redis.call('HGETALL', KEYS[3]),
    redis.call('LRANGE', KEYS[4], from, -1),
    int(length),
    redis.call('GET', KEYS[5]) or '',
  }
  local decisions = {}
  for i = 6, #KEYS do
    decisions[#decisions + 1] = redis.call('HGETALL', KEYS[i])
  end
  reply[#reply + 1] = decisions
  return reply
end
