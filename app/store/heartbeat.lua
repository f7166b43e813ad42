-- One worker says that it lives, and learns its place among all that do; it may report of itself as well.
-- KEYS[1] sorted set of workers by the time of their last heartbeat, in milliseconds
-- KEYS[2] sorted set of the reports, by when they were made; KEYS[3] hash of their texts
-- KEYS[4…] hashes of counts, one for each step of time
-- ARGV[1] this worker; ARGV[2] after how many milliseconds without one a worker is taken for gone
-- ARGV[3] its report; ARGV[4] for how many milliseconds reports and counts are kept
-- ARGV[5…] for each of KEYS[4…] the number of its counts, then the name of each and what to add to it
-- Answers {place counted from 0, number of live workers}; places follow the names, so that all agree.
-- The clock is the server's: the clocks of the replicas need not agree.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
if ARGV[3] then
    redis.call('ZADD', KEYS[2], now, ARGV[1])
    redis.call('HSET', KEYS[3], ARGV[1], ARGV[3])
    for _, worker in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[4])) do
        redis.call('ZREM', KEYS[2], worker)
        redis.call('HDEL', KEYS[3], worker)
    end
    redis.call('PEXPIRE', KEYS[2], ARGV[4])
    redis.call('PEXPIRE', KEYS[3], ARGV[4])
    local at = 5
    for step = 4, #KEYS do
        for name = at + 1, at + 2 * ARGV[at], 2 do
            redis.call('HINCRBY', KEYS[step], ARGV[name], ARGV[name + 1])
        end
        redis.call('PEXPIRE', KEYS[step], ARGV[4])
        at = at + 1 + 2 * ARGV[at]
    end
end
local workers = redis.call('ZRANGE', KEYS[1], 0, -1)
table.sort(workers)
for place, worker in ipairs(workers) do
    if worker == ARGV[1] then
        return {place - 1, #workers}
    end
end
