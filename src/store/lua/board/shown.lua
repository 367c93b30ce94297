-- Records what an edit rendered. `again`: the card is out of date, render once more (P7).
-- KEYS board log dep
-- ARGV hash readAt logLength incident ('': its message was not rendered) seen (the health that it shows; '': none) born
local hash, readAt, logLength, incident = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
if isForgotten(KEYS[3], ARGV[6]) then
  return { 'again' }
end
local board = record(KEYS[1])

-- A newer version was rendered, and this edit may have reached Slack after it: what the card shows is unknown now.
if tonumber(board.shownReadAt or 0) > readAt or tonumber(board.shownLog or 0) > logLength then
  redis.call('HDEL', KEYS[1], 'shown', 'seen')
  if incident ~= '' then
    redis.call('HDEL', KEYS[1], 'incidentShown')
  end
  return { 'again' }
end

write(KEYS[1], 'shown', hash, 'shownReadAt', int(readAt), 'shownLog', int(logLength))
if ARGV[5] ~= '' then
  redis.call('HSET', KEYS[1], 'seen', ARGV[5])
else
  redis.call('HDEL', KEYS[1], 'seen')
end
if incident ~= '' then
  redis.call('HSET', KEYS[1], 'incidentShown', incident)
end
return { redis.call('LLEN', KEYS[2]) > logLength and 'again' or 'kept' }
