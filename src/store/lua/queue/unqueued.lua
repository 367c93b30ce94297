-- Which of these jobs are not in the queue. A job that is running is in it.
-- KEYS due
-- ARGV member...
local missing = {}
for _, member in ipairs(ARGV) do
  if not redis.call('ZSCORE', KEYS[1], member) then
    missing[#missing + 1] = member
  end
end
return missing
