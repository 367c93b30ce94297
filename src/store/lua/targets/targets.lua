-- The listed targets by system, account and region, with Redis's time to compute their age.
-- KEYS targets
return { int(now), redis.call('HGETALL', KEYS[1]) }
