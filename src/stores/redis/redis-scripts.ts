import { createHash } from 'node:crypto';

/**
 * The merge of rows into their blocks inside Redis, where nobody can come between reading and writing. It does in
 * Lua what `mergeRow` of `block-format.ts` does: the newer order key wins, the greater bytes when they are equal.
 * Numbers are compared after `struct.unpack`, bytes one by one: Lua's `<` on strings follows the server's locale.
 *
 * KEYS: the blocks, of one slot. ARGV[1]: most bytes of a block. Then per key: mode, life in ms (0: for ever),
 * number of rows, and per row its view (4 bytes, big-endian) and its bytes. Answers one number per row, in order, and
 * one for a block without rows.
 */
const MERGE_LUA = `
local function unpackBlock(block)
  if #block < 3 or string.byte(block, 1) ~= 1 then return nil end
  local count = struct.unpack('>I2', block, 2)
  local first = 3 + 8 * count
  if first > #block then return nil end
  local views, rows, starts = {}, {}, {}
  local before, lastView = first, -1
  for i = 1, count do
    local view, start = struct.unpack('>I4I4', block, 4 + 8 * (i - 1))
    if view <= lastView or start < before or (i == 1 and start ~= first) or start > #block then return nil end
    views[i], starts[i], before, lastView = view, start, start, view
  end
  for i = 1, count do rows[i] = string.sub(block, starts[i] + 1, starts[i + 1] or #block) end
  return views, rows
end

local function packBlock(views, rows)
  local parts = { '\\1', struct.pack('>I2', #views) }
  local start = 3 + 8 * #views
  for i = 1, #views do
    parts[#parts + 1] = struct.pack('>I4I4', views[i], start)
    start = start + #rows[i]
  end
  for i = 1, #rows do parts[#parts + 1] = rows[i] end
  return table.concat(parts)
end

local function isGreater(a, b)
  for i = 1, math.min(#a, #b) do
    local left, right = string.byte(a, i), string.byte(b, i)
    if left ~= right then return left > right end
  end
  return #a > #b
end

local function isNewer(row, standing)
  local high, low = struct.unpack('>I4I4', row, 3)
  local standingHigh, standingLow = struct.unpack('>I4I4', standing, 3)
  if high ~= standingHigh then return high > standingHigh, false end
  if low ~= standingLow then return low > standingLow, false end
  if row == standing then return false, false end
  return isGreater(row, standing), true
end

local function mergeRow(views, rows, bytes, view, row, maxBytes)
  local at = 1
  while at <= #views and views[at] < view do at = at + 1 end
  if views[at] == view then
    local newer, conflict = isNewer(row, rows[at])
    if not newer then return conflict and 3 or 1, bytes end
    local merged = bytes - #rows[at] + #row
    if merged > maxBytes then return -1, bytes end
    rows[at] = row
    return conflict and 2 or 0, merged
  end
  local merged = bytes + 8 + #row
  if merged > maxBytes then return -1, bytes end
  table.insert(views, at, view)
  table.insert(rows, at, row)
  return 0, merged
end

local answers, at, maxBytes = {}, 2, tonumber(ARGV[1])
for k = 1, #KEYS do
  local key, mode, life, count = KEYS[k], ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  at = at + 3
  local block = redis.pcall('GET', key)
  local refusal, views, rows, bytes = nil, {}, {}, 3
  if type(block) == 'table' then refusal = -3
  elseif block then
    views, rows = unpackBlock(block)
    bytes = #block
    if not views then refusal, views, rows = -3, {}, {} end
  elseif mode == 'PRESENT' then refusal = -2
  end
  local changed = not refusal and not block
  for i = 1, count do
    local view, row = ARGV[at], ARGV[at + 1]
    at = at + 2
    local answer = refusal
    if not answer then
      answer, bytes = mergeRow(views, rows, bytes, struct.unpack('>I4', view), row, maxBytes)
      if answer == 0 or answer == 2 then changed = true end
    end
    answers[#answers + 1] = answer
  end
  if count == 0 then answers[#answers + 1] = refusal or (block and 1 or 0)
  elseif #views == 0 then changed = false end
  if changed then
    local merged = packBlock(views, rows)
    if mode == 'PRESENT' then redis.call('SET', key, merged, 'KEEPTTL')
    elseif life > 0 then redis.call('SET', key, merged, 'PX', life)
    else redis.call('SET', key, merged) end
  elseif mode == 'PROMOTE' and life > 0 and count > 0 and not refusal then
    redis.call('PEXPIRE', key, life)
  end
end
return answers
`;

/**
 * How a merge treats a block that is not there, and the life of one that is:
 * WRITE makes it and gives it a new life; PRESENT leaves it out and keeps the life it has, so that a row beside
 * the merged one cannot outlive its bound; PROMOTE, for all rows of a block as another store has them, makes it or
 * merges it and gives it a new life, and with no rows remembers that there are none.
 */
export type MergeMode = 'WRITE' | 'PRESENT' | 'PROMOTE';

/** The script's answer for one row. */
export const MERGE_ANSWER = {
  written: 0,
  kept: 1,
  writtenInConflict: 2,
  keptInConflict: 3,
  tooLarge: -1,
  blockMissing: -2,
  blockCorrupt: -3,
} as const;

export interface RedisScript {
  readonly lua: string;
  readonly sha: string;
}

export const MERGE_SCRIPT: RedisScript = {
  lua: MERGE_LUA,
  sha: createHash('sha1').update(MERGE_LUA).digest('hex'),
};
