-- The index of what is in progress and of what ended within a day: for lists and names. It never decides anything.
-- KEYS active
return redis.call('HVALS', KEYS[1])
