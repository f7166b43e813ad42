-- One worker says that it lives, and learns its place among all that do; it may report of itself as well.
-- KEYS[1] sorted set of workers by the time of their last heartbeat, in milliseconds
-- KEYS[2] after an outage: until when workers are still coming back
-- KEYS[3] sorted set of the reports, by when they were made; KEYS[4] hash of their texts
-- KEYS[5…] hashes of counts, one for each step of time
-- ARGV[1] this worker; ARGV[2] after how many milliseconds without one a worker is taken for gone
-- ARGV[3] for how many milliseconds it could not ask here, 0 when it could; ARGV[4] within how many
--         milliseconds all others are back from an outage of this server
-- ARGV[5] its report; ARGV[6] for how many milliseconds reports and counts are kept
-- ARGV[7…] for each of KEYS[5…] the number of its counts, then the name of each and what to add to it
-- Answers {place counted from 0, number of live workers, until when workers are still coming back, in
-- milliseconds, or 0}; places follow the names, so that all agree.
-- The clock is the server's: the clocks of the replicas need not agree.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local returning_until = tonumber(redis.call('GET', KEYS[2]) or 0)
-- Where another was heard meanwhile it was this worker alone that could not ask.
local away_since = now - ARGV[3]
if away_since < now and returning_until == 0 and redis.call('ZCOUNT', KEYS[1], away_since, '+inf') == 0 then
    returning_until = now + ARGV[4]
    redis.call('SET', KEYS[2], returning_until, 'PX', ARGV[4])
end
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
if ARGV[5] then
    redis.call('ZADD', KEYS[3], now, ARGV[1])
    redis.call('HSET', KEYS[4], ARGV[1], ARGV[5])
    for _, worker in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now - ARGV[6])) do
        redis.call('ZREM', KEYS[3], worker)
        redis.call('HDEL', KEYS[4], worker)
    end
    redis.call('PEXPIRE', KEYS[3], ARGV[6])
    redis.call('PEXPIRE', KEYS[4], ARGV[6])
    local at = 7
    for step = 5, #KEYS do
        for name = at + 1, at + 2 * ARGV[at], 2 do
            redis.call('HINCRBY', KEYS[step], ARGV[name], ARGV[name + 1])
        end
        redis.call('PEXPIRE', KEYS[step], ARGV[6])
        at = at + 1 + 2 * ARGV[at]
    end
end
local workers = redis.call('ZRANGE', KEYS[1], 0, -1)
table.sort(workers)
for place, worker in ipairs(workers) do
    if worker == ARGV[1] then
        return {place - 1, #workers, returning_until}
    end
end
