-- Records the result of an intent to post (P5).
-- KEYS board
-- ARGV seq nonce ts channel incident older progress incidentTs cardLog (hash readAt logLength seen)?
-- ts '': Slack certainly did not post it
-- incident 0, 1, or 2: the incident ended badly      progress '': the message contains more than progress
-- incidentTs '': the incident's message is this one      cardLog '': unknown
local seq, nonce, ts, channel = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local incident, older = ARGV[5], ARGV[6] == '1'
local progress, incidentTs = ARGV[7], ARGV[8]
local board = record(KEYS[1])
local outcome = ts == '' and 'freed' or 'kept'

-- Resent after a lost reply.
if board.ended == nonce then
  return { outcome }
end
-- Another process waited long enough and took the intent over.
if board.out ~= nonce then
  return { 'lost' }
end

redis.call('HDEL', KEYS[1], 'out', 'outAt', 'outSince', 'outSeq')
write(KEYS[1], 'ended', nonce)
if ts == '' then
  return { outcome }
end
if seq == '0' then
  redis.call('HSET', KEYS[1], 'ts', ts, 'channel', channel)
  if ARGV[9] ~= '' then
    redis.call('HSET', KEYS[1], 'cardLog', ARGV[9])
  end
else
  redis.call('HSET', KEYS[1], 'said', seq)
  if progress ~= '' then
    redis.call('HSET', KEYS[1], 'progress', progress)
  else
    redis.call('HDEL', KEYS[1], 'progress')
  end
end
if incident ~= '0' then
  redis.call('HSET', KEYS[1], 'incidentTs', incidentTs ~= '' and incidentTs or ts)
end
if incident == '2' then
  redis.call('HSET', KEYS[1], 'incidentBad', '1')
end
-- The card was posted before Redis lost its data; what was recorded about it then is gone.
if older then
  redis.call('HSET', KEYS[1], 'older', '1')
end
if ARGV[10] then
  redis.call('HSET', KEYS[1], 'shown', ARGV[10], 'shownReadAt', ARGV[11], 'shownLog', ARGV[12])
  if ARGV[13] ~= '' then
    redis.call('HSET', KEYS[1], 'seen', ARGV[13])
  end
end
return { outcome }
