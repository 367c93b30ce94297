-- The card is gone at Slack: without its identity it is posted anew. Its channel and what its thread said stay.
-- KEYS board
-- ARGV ts
if redis.call('HGET', KEYS[1], 'ts') == ARGV[1] then
  redis.call('HDEL', KEYS[1], 'ts', 'shown', 'shownReadAt', 'shownLog', 'seen', 'progress', 'cardLog')
  return { 'forgotten' }
end
return { 'kept' }
