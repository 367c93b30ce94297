-- Goes before the scripts that answer with everything a card needs.
-- KEYS dep board ask log lease decision...
local function wholeView()
  local reply = {
    int(now),
    redis.call('HGETALL', KEYS[1]),
    redis.call('HGETALL', KEYS[2]),
    redis.call('HGETALL', KEYS[3]),
    redis.call('LRANGE', KEYS[4], -50, -1),
    int(redis.call('LLEN', KEYS[4])),
    redis.call('GET', KEYS[5]) or '',
  }
  local decisions = {}
  for i = 6, #KEYS do
    decisions[#decisions + 1] = redis.call('HGETALL', KEYS[i])
  end
  reply[#reply + 1] = decisions
  return reply
end
