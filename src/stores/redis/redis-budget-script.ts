import {
  HOLDER_LIFE_MS,
  HOLDERS_MAX,
  SLOT_LIFE_MS,
  SPARE_MIN,
  SPARE_PART,
  UNITS_MAX,
} from '../budget-store.ts';
import { type RedisScript, scriptOf } from './redis-scripts.ts';

/**
 * One tenant's budget inside Redis: in Lua what `budget-bucket.ts` does, by the server's clock, in whole thousandths
 * and milliseconds. A budget that is not there, of a tenant whose budget was, was lost: it begins empty. So does one
 * of a server that was emptied: what could have come since, comes.
 *
 * KEYS: the tenant's budget (hash: its state, and a field for each holder, `b:` and its name where it leaves a reserve,
 * else `h:`: number, until when, units held and of which day, requests at once that are counted, let and wanted, until
 * when, and the answer to the number), and the index of its group (hash: since when it is there, and the tenants that it
 * has seen), both of one slot. ARGV: as they are read below. Answers numbers: see `answer`; nothing where there is nothing to look at. What is kept is
 * believed only where this script could have written it: else it says WRONGVALUE, and changes nothing.
 */
const BUDGET_LUA = `
local mode, holder = ARGV[1], ARGV[2]
local isLeaving = string.sub(holder, 1, 2) == 'b:'
local number, giveBack, keeps = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local need, wanted, spare, slots = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local burst, perSecond, overdraft = tonumber(ARGV[10]), tonumber(ARGV[11]), tonumber(ARGV[12])
local quota, inFlight, slotsUsed = tonumber(ARGV[13]), tonumber(ARGV[14]), tonumber(ARGV[15])
local leaves, leavesOfDay, leavesSlots = tonumber(ARGV[16]), tonumber(ARGV[17]), tonumber(ARGV[18])
local DAY = 86400000

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local today = math.floor(now / DAY)

local function damaged(key, why) return redis.error_reply('WRONGVALUE ' .. key .. ': ' .. why) end
local function failed(key, err)
  if string.find(err.err, '^%-?WRONGTYPE') then return damaged(key, 'another type') end
  return err
end
local function numbersOf(text, count)
  if #text > 16 * count then return nil end
  local numbers = {}
  for part in string.gmatch(text .. '|', '([^|]*)|') do
    local number = #part <= 15 and string.find(part, '^%-?%d+$') and tonumber(part)
    if not number or (number < 0 and #numbers > 0) then return nil end
    numbers[#numbers + 1] = number
  end
  return #numbers == count and numbers or nil
end
local function textOf(numbers)
  local parts = {}
  for i = 1, #numbers do parts[i] = string.format('%.0f', numbers[i]) end
  return table.concat(parts, '|')
end

local fields = redis.pcall('HLEN', KEYS[1])
if type(fields) == 'table' then return failed(KEYS[1], fields) end
if fields > ${HOLDERS_MAX} then return damaged(KEYS[1], fields .. ' fields') end
local kept = redis.call('HGETALL', KEYS[1])
local state, holders, gone, moved = nil, {}, {}, {}
for i = 1, #kept, 2 do
  if kept[i] == 'state' then
    state = numbersOf(kept[i + 1], 4)
    if not state or state[1] < -${UNITS_MAX}000 then return damaged(KEYS[1], 'the state is no four numbers') end
  else
    local numbers = numbersOf(kept[i + 1], 10)
    if not numbers or numbers[1] < 0 then return damaged(KEYS[1], 'a holder is no ten numbers') end
    local untilMs, slotsUntilMs = now + ${HOLDER_LIFE_MS}, now + ${SLOT_LIFE_MS}
    if numbers[2] > untilMs or numbers[8] > slotsUntilMs then
      numbers[2], numbers[8] = math.min(numbers[2], untilMs), math.min(numbers[8], slotsUntilMs)
      moved[kept[i]] = numbers
    end
    if numbers[2] <= now then gone[#gone + 1] = kept[i]
    else
      if numbers[8] <= now then numbers[5], numbers[6], numbers[7] = 0, 0, 0 end
      holders[kept[i]] = numbers
    end
  end
end
if not state and #kept > 0 then return damaged(KEYS[1], 'there is no state') end

if not state then
  if mode == 'LOOK' then return {} end
  local since = redis.pcall('HGET', KEYS[2], 'since')
  if type(since) == 'table' then return failed(KEYS[2], since) end
  if not since then
    since = string.format('%.0f', now)
    redis.call('HSET', KEYS[2], 'since', since)
  end
  local numbers = numbersOf(since, 1)
  if not numbers or numbers[1] < 0 then return damaged(KEYS[2], 'since when it is there is no time') end
  since = math.min(numbers[1], now)
  if redis.call('HSETNX', KEYS[2], KEYS[1], 1) == 0 then since = now end
  local lost = 0
  if quota >= 0 and since >= today * DAY then lost = math.ceil(quota * (since - today * DAY) / DAY) end
  state = {math.min(burst * 1000, perSecond * (now - since)), now, today, lost}
end

local level = math.min(burst * 1000, state[1] + perSecond * math.max(0, now - state[2]))
local day, used = state[3], state[4]
if today > day then day, used = today, 0
elseif today < day - 1 then day = today end

local function sum(at)
  local all = 0
  for _, numbers in pairs(holders) do all = all + numbers[at] end
  return all
end
local function answer(granted, refused, own)
  return {granted, refused, own, level, used, (day + 1) * DAY - now, sum(5), sum(3)}
end
if mode == 'LOOK' then return answer(0, 0, 0) end

local own = holders[holder]
if own and number <= own[1] then
  if number == own[1] then return answer(own[9], own[10], own[6]) end
  return answer(0, 0, own[6])
end
own = own or {0, 0, 0, day, 0, 0, 0, 0, 0, 0}
holders[holder] = own
own[1], own[2] = number, now + ${HOLDER_LIFE_MS}

local back = math.min(giveBack, own[3])
level = math.min(burst * 1000, level + back * 1000)
if own[4] == day then used = math.max(0, used - back) end
own[3] = math.min(own[3] - back, keeps)
own[4] = day

local granted, refused = 0, 0
local there = math.floor(level / 1000) - leaves
local ofToday = quota < 0 and math.huge or quota - leavesOfDay - used
if need > 0 and need > ofToday then refused = 2
elseif need > 0 and need > there + overdraft then refused = 1
else
  local room = math.min(there, ofToday) - need
  local more = math.max(0, math.min(wanted - need, room))
  room = room - more
  local part = math.floor(room / ${SPARE_PART})
  granted = need + more
  if part >= ${SPARE_MIN} then granted = granted + math.min(spare, part) end
end
level = level - granted * 1000
used = used + granted
own[3] = own[3] + granted
own[9], own[10] = granted, refused

if inFlight < 0 then own[6] = slots
else
  local mayHave = inFlight - leavesSlots
  local room, wanting, isShort = mayHave, 1, false
  for name, other in pairs(holders) do
    if name ~= holder and other[7] > 0 then
      room = room - other[5]
      if isLeaving or string.sub(name, 1, 2) ~= 'b:' then
        wanting = wanting + 1
        if other[6] < other[7] then isShort = true end
      end
    end
  end
  local most = isShort and math.min(room, math.max(1, math.floor(mayHave / wanting))) or room
  own[6] = math.max(0, math.min(slots, most))
end
own[5], own[7], own[8] = math.max(slotsUsed, own[6]), slots, now + ${SLOT_LIFE_MS}

moved[holder] = own
for name, numbers in pairs(moved) do redis.call('HSET', KEYS[1], name, textOf(numbers)) end
redis.call('HSET', KEYS[1], 'state', textOf({level, now, day, used}))
for i = 1, #gone, 1000 do redis.call('HDEL', KEYS[1], unpack(gone, i, math.min(#gone, i + 999))) end
return answer(granted, refused, own[6])
`;

export const BUDGET_SCRIPT: RedisScript = scriptOf(BUDGET_LUA);

/** Since when a group's memory is there: told to it at the start, so that what comes since comes before the first asks. */
const SINCE_LUA = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
return redis.call('HSETNX', KEYS[1], 'since', string.format('%.0f', now))
`;

export const BUDGET_SINCE_SCRIPT: RedisScript = scriptOf(SINCE_LUA);
