-- Charges a cost to all windows of a plan, or to none, and leases units to a worker, which are paid
-- in every window as if they were spent already: one caller, one step, one round trip.
-- KEYS[1] hash of the caller: for each length of a window "number previous current", where window
--         <number> of <length> milliseconds begins at number * length by the clock of this server,
--         and <previous> and <current> are what was charged in the window before and in this one
-- ARGV[1] the cost; 0 looks without charging
-- ARGV[2] how many units the worker wants to hold; ARGV[3] how many it holds already and keeps;
-- ARGV[4] it may hold one of so many parts of what is left
-- ARGV[5] how many units it gives back; ARGV[6] when it was given them, as this script answered
-- ARGV[7…] four for each window: its limit, its length in milliseconds, and what a worker admitted
--         while it could not ask here, in this window and in the one before
-- Answers {1 when all admit the cost else 0, now in milliseconds, how many units are leased, then for
-- each window what it holds in the one before, in this one, and how many milliseconds of it passed}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local cost = tonumber(ARGV[1])
local wanted, held, parts = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local given_back, given_at = tonumber(ARGV[5]), tonumber(ARGV[6])
local windows, lengths = {}, {}
for at = 7, #ARGV, 4 do
    windows[#windows + 1] = {limit = tonumber(ARGV[at]), length = tonumber(ARGV[at + 1]),
        current = tonumber(ARGV[at + 2]), previous = tonumber(ARGV[at + 3])}
    lengths[#lengths + 1] = ARGV[at + 1]
end

local changed, longest, left = false, 0, math.huge
local stored = redis.call('HMGET', KEYS[1], unpack(lengths))
for place, window in ipairs(windows) do
    window.number = math.floor(now / window.length)
    changed = changed or window.current + window.previous > 0
    if stored[place] then
        local number, previous, current = string.match(stored[place], '(%d+) (%d+) (%d+)')
        number = tonumber(number)
        local given = math.floor(given_at / window.length)
        if given == number then
            current = math.max(0, current - given_back)
        elseif given == number - 1 then
            previous = math.max(0, previous - given_back)
        end
        changed = changed or given_back > 0
        if number > window.number then -- the clock of a new master is behind: no lease could say
            wanted = 0 -- which window it is of
            window.number = number
        end
        if number == window.number then
            window.previous = window.previous + previous
            window.current = window.current + current
        elseif number == window.number - 1 then
            window.previous = window.previous + current
        end
    end
    window.elapsed = math.max(0, now - window.number * window.length)
    local fading = window.previous * (window.length - window.elapsed) / window.length
    left = math.min(left, window.limit - math.floor(fading) - window.current - cost)
    longest = math.max(longest, window.length)
end

local admitted, charged, leased = left >= 0, 0, 0
if admitted then
    leased = math.max(0, math.min(wanted, math.floor((left + held) / parts)) - held)
    charged = cost + leased
end
local answer, fields = {admitted and 1 or 0, now, leased}, {}
for _, window in ipairs(windows) do
    window.current = window.current + charged
    fields[#fields + 1] = window.length
    fields[#fields + 1] = window.number .. ' ' .. window.previous .. ' ' .. window.current
    answer[#answer + 1] = window.previous
    answer[#answer + 1] = window.current
    answer[#answer + 1] = window.elapsed
end
if changed or charged > 0 then
    redis.call('HSET', KEYS[1], unpack(fields))
    redis.call('PEXPIRE', KEYS[1], 2 * longest)
end
return answer
