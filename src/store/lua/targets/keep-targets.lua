-- Stores the targets that a sweep listed in one account and region. A truncated list doesn't replace a whole one that
-- is less than a day old.
-- KEYS targets
-- ARGV place, whole (1 or 0), the targets as JSON
local DAY = 24 * 60 * 60 * 1000
local place, whole, targets = ARGV[1], ARGV[2], ARGV[3]
local at, was = string.match(redis.call('HGET', KEYS[1], place) or '', '^(%d+)|(%d)|')
if whole == '0' and was == '1' and now - tonumber(at) < DAY then
  return { 'older' }
end
write(KEYS[1], place, int(now) .. '|' .. whole .. '|' .. targets)
return { 'kept' }
