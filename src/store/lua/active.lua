-- The index of what is in progress: for lists, names and Home. It never decides anything.
-- KEYS active
return redis.call('HVALS', KEYS[1])
