-- One worker says that it lives, and learns its place among all that do.
-- KEYS[1] sorted set of workers by the time of their last heartbeat, in milliseconds
-- ARGV[1] this worker; ARGV[2] after how many milliseconds without one a worker is taken for gone
-- Answers {place counted from 0, number of live workers}; places follow the names, so that all agree.
-- The clock is the server's: the clocks of the replicas need not agree.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local workers = redis.call('ZRANGE', KEYS[1], 0, -1)
table.sort(workers)
for place, worker in ipairs(workers) do
    if worker == ARGV[1] then
        return {place - 1, #workers}
    end
end
