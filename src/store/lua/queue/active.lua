-- The index of deployments in progress or ended within a day, for lists and names. Nothing is decided from it.
-- KEYS active
return redis.call('HVALS', KEYS[1])
