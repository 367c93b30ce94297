-- The index of deployments that are in progress or ended within a day, for lists and name lookup. Nothing is decided
-- from it.
-- KEYS active
return redis.call('HVALS', KEYS[1])
