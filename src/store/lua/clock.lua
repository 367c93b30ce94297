-- Redis's time in milliseconds. Replicas of Holdpoint never compare their own clocks (docs/protocol.md, 8).
-- A file of its own, so that tests can run the same scripts with another clock.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
