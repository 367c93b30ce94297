-- The index of deployments in progress or ended within a day, for lists and names. Nothing is decided from it.
-- KEYS active
-- ARGV name...      none: all
if #ARGV == 0 then
  return redis.call('HVALS', KEYS[1])
end
local entries = {}
for _, name in ipairs(ARGV) do
  local entry = redis.call('HGET', KEYS[1], name)
  if entry then
    entries[#entries + 1] = entry
  end
end
return entries
