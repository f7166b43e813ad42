-- Remember a client for the time when SQL is down, unless it changes just now.
-- KEYS[1] the record of the client; ARGV[1] the new one; ARGV[2] for how many seconds
-- An empty record was left by a change that is under way: what was read from SQL may be of before it.
if redis.call('GET', KEYS[1]) ~= '' then
    redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
end
