-- Takes one token from every bucket, or none (P7).
-- KEYS bucket...
-- ARGV (perMinute capacity reserve)...      reserve: tokens left for more urgent calls
local left, waitMs = {}, 0
for i, key in ipairs(KEYS) do
  local perMs, capacity, reserve = tonumber(ARGV[3 * i - 2]) / 60000, tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local bucket = record(key)
  local grown = (now - tonumber(bucket.at or now)) * perMs
  left[i] = math.min(capacity, tonumber(bucket.have or capacity) + grown)
  waitMs = math.max(waitMs, (1 + reserve - left[i]) / perMs, tonumber(bucket['until'] or 0) - now)
end
if waitMs > 0 then
  return { 'wait', int(math.ceil(waitMs)) }
end
for i, key in ipairs(KEYS) do
  redis.call('HSET', key, 'have', tostring(left[i] - 1), 'at', int(now))
  redis.call('PEXPIRE', key, math.max(600000, redis.call('PTTL', key)))
end
return { 'ok' }
