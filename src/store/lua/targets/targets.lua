-- What the sweeps listed, by place, and Redis's clock to tell its age.
-- KEYS targets
return { int(now), redis.call('HGETALL', KEYS[1]) }
