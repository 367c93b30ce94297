-- The card was deleted in Slack: without its ts it is posted again. Its channel and the thread's position are kept.
-- KEYS board
-- ARGV ts
if redis.call('HGET', KEYS[1], 'ts') == ARGV[1] then
  redis.call('HDEL', KEYS[1], 'ts', 'shown', 'shownReadAt', 'shownLog', 'seen', 'progress', 'cardLog')
  return { 'forgotten' }
end
return { 'kept' }
