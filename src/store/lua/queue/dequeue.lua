-- Dequeues due jobs. A dequeued job stays in the queue, due when its lease expires, so it survives a crash (P5).
-- KEYS due work note hint audited epoch born
-- ARGV token count leaseMs format lane perPlace (place jobs)...
--   format: jobs of other releases are left to them. lane: 'ref', 'sweep', or '' for both.
--   perPlace: jobs of one account and region at a time; `jobs` of `place` are running already. 0: any number
local token, count, leaseMs = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local format, lane, perPlace = ARGV[4], ARGV[5], tonumber(ARGV[6])
local pageSize = 500

-- The first dequeue sets the store's creation time. A young store may be one that lost its data.
redis.call('SETNX', KEYS[6], int(now))
local taken = { int(now), int(now - tonumber(redis.call('GET', KEYS[6]))) }

local running = {}
for i = 7, #ARGV, 2 do
  running[ARGV[i]] = tonumber(ARGV[i + 1])
end

-- Jobs that are left alone stay in the queue for somebody else, so they don't count: look beyond them.
local chosen, from, size = {}, 0, count
while #chosen < count do
  local page = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', int(now), 'LIMIT', from, size)
  for _, member in ipairs(page) do
    local its, kind, place = string.match(member, '^([^|]*)|([^|]*)|([^|]*|[^|]*)')
    local jobs = running[place] or 0
    local isOurs = its == format and (lane == '' or (kind == 'sweep') == (lane == 'sweep'))
    if isOurs and #chosen < count and (perPlace == 0 or jobs < perPlace) then
      chosen[#chosen + 1] = member
      running[place] = jobs + 1
    end
  end
  if #page < size then
    break
  end
  from, size = from + size, pageSize
end

for _, member in ipairs(chosen) do
  -- A worker that died may have had a rerun scheduled for later than now. Keep it.
  local again = string.match(redis.call('HGET', KEYS[2], member) or '', '|(.+)$')
  if not again or tonumber(again) <= now then
    again = ''
  end
  redis.call('ZADD', KEYS[1], int(now + leaseMs), member)
  redis.call('HSET', KEYS[2], member, token .. '|' .. again)
  taken[#taken + 1] = {
    member,
    redis.call('HGET', KEYS[3], member) or '',
    redis.call('HGET', KEYS[4], member) or '',
    redis.call('HGET', KEYS[5], member) or '0',
    redis.call('HGET', KEYS[7], member) or '',
  }
end
return taken
