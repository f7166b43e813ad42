-- Charges a cost to all windows of a plan, or to none: one caller, one step, one round trip.
-- KEYS[1] hash of the caller: for each length of a window "number previous current", where window
--         <number> of <length> milliseconds begins at number * length by the clock of this server,
--         and <previous> and <current> are what was charged in the window before and in this one
-- ARGV[1] the cost; 0 looks without charging
-- ARGV[2…] four for each window: its limit, its length in milliseconds, and what a worker admitted
--         while it could not ask here, in this window and in the one before
-- Answers {1 when all admit it else 0, now in milliseconds, then for each window what it holds in the
-- one before, in this one, and how many milliseconds of this one have passed}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local cost = tonumber(ARGV[1])
local windows, lengths = {}, {}
for at = 2, #ARGV, 4 do
    windows[#windows + 1] = {limit = tonumber(ARGV[at]), length = tonumber(ARGV[at + 1]),
        current = tonumber(ARGV[at + 2]), previous = tonumber(ARGV[at + 3])}
    lengths[#lengths + 1] = ARGV[at + 1]
end

local admitted, changed, longest = true, false, 0
local stored = redis.call('HMGET', KEYS[1], unpack(lengths))
for place, window in ipairs(windows) do
    window.number = math.floor(now / window.length)
    changed = changed or window.current + window.previous > 0
    if stored[place] then
        local number, previous, current = string.match(stored[place], '(%d+) (%d+) (%d+)')
        number = tonumber(number)
        if number >= window.number then -- greater where the clock of a new master is behind
            window.number = number
            window.previous = window.previous + previous
            window.current = window.current + current
        elseif number == window.number - 1 then
            window.previous = window.previous + current
        end
    end
    window.elapsed = math.max(0, now - window.number * window.length)
    local fading = window.previous * (window.length - window.elapsed) / window.length
    if math.floor(fading) + window.current + cost > window.limit then
        admitted = false
    end
    longest = math.max(longest, window.length)
end

local answer, fields = {admitted and 1 or 0, now}, {}
for _, window in ipairs(windows) do
    if admitted then
        window.current = window.current + cost
    end
    fields[#fields + 1] = window.length
    fields[#fields + 1] = window.number .. ' ' .. window.previous .. ' ' .. window.current
    answer[#answer + 1] = window.previous
    answer[#answer + 1] = window.current
    answer[#answer + 1] = window.elapsed
end
if changed or (admitted and cost > 0) then
    redis.call('HSET', KEYS[1], unpack(fields))
    redis.call('PEXPIRE', KEYS[1], 2 * longest)
end
return answer
