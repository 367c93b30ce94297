-- Redis's own clock, in milliseconds. Replicas of Holdpoint never compare their own clocks (docs/protocol.md, 8).
-- It stands alone so that a test can put another clock before the same scripts.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
