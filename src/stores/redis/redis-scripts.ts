import { createHash } from 'node:crypto';

/**
 * The merge of rows into their blocks inside Redis, where nobody can come between reading and writing. It does in
 * Lua what `mergeRow` of `block-format.ts` does: the newer order key wins, the greater bytes when they are equal.
 * Numbers are compared after `struct.unpack`, bytes one by one: Lua's `<` on strings follows the server's locale.
 *
 * KEYS: the blocks, of one slot; in a cache each is followed by the key of its lease. ARGV: most bytes of a block,
 * mode, token of the lease (may be empty), life of a lease in ms; then per block its life in ms (0: for ever), its
 * number of rows, and per row its view (4 bytes, big-endian) and its bytes. Answers one number per row, in order.
 */
const MERGE_LUA = `
local function unpackBlock(block)
  if #block < 3 or string.byte(block, 1) ~= 1 then return nil end
  local count = struct.unpack('>I2', block, 2)
  local first = 3 + 8 * count
  if first > #block or (count == 0 and #block > first) then return nil end
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

local function has(views, view)
  for i = 1, #views do if views[i] == view then return true end end
  return false
end

local answers, at = {}, 5
local maxBytes, mode, token, leaseLife = tonumber(ARGV[1]), ARGV[2], ARGV[3], tonumber(ARGV[4])
for k = 1, #KEYS, mode == 'WRITE' and 1 or 2 do
  local key, lease, life, count = KEYS[k], KEYS[k + 1], tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  at = at + 2
  local block = redis.pcall('GET', key)
  local refusal, views, rows, bytes = nil, {}, {}, 3
  local held = mode == 'PROMOTE' and redis.pcall('GET', lease)
  local isLeased = held == token
  if type(held) == 'table' then redis.call('DEL', lease) end
  if type(block) == 'table' then
    if not string.find(block.err, 'WRONGTYPE') then return block end
    refusal = -3
  elseif block then
    views, rows = unpackBlock(block)
    bytes = #block
    if not views then refusal, views, rows = -3, {}, {} end
  end
  if mode == 'PROMOTE' and not isLeased then refusal = -4 end
  local changed, missing, promoted = false, false, {}
  for i = 1, count do
    local view, row = struct.unpack('>I4', ARGV[at]), ARGV[at + 1]
    at = at + 2
    local answer = refusal
    if not answer and mode == 'PRESENT' and not has(views, view) then
      answer, missing = -2, true
    end
    if not answer then
      answer, bytes = mergeRow(views, rows, bytes, view, row, maxBytes)
      if answer == 0 or answer == 2 then changed = true end
      if answer >= 0 then promoted[#promoted + 1] = view end
    end
    answers[#answers + 1] = answer
  end
  local isWhole = mode ~= 'PRESENT' and #views > 0
  if mode == 'PROMOTE' then
    for i = 1, #views do isWhole = isWhole and has(promoted, views[i]) end
  end
  if changed then
    local merged = packBlock(views, rows)
    if block and (mode == 'PRESENT' or mode == 'PROMOTE' and not isWhole) then
      redis.call('SET', key, merged, 'KEEPTTL')
    elseif life > 0 then redis.call('SET', key, merged, 'PX', life)
    else redis.call('SET', key, merged) end
  elseif mode == 'PROMOTE' and isWhole and life > 0 and not refusal then
    redis.call('PEXPIRE', key, life)
  end
  if missing and token ~= '' then redis.call('SET', lease, token, 'PX', leaseLife)
  elseif missing or isLeased then redis.call('DEL', lease) end
end
return answers
`;

/**
 * Gives the lease of each block to the one who asks first; it ends by itself. KEYS: the leases, of one slot. ARGV:
 * token, life in ms.
 */
const LEASE_LUA = `
for k = 1, #KEYS do redis.call('SET', KEYS[k], ARGV[1], 'NX', 'PX', ARGV[2]) end
return #KEYS
`;

/**
 * How a merge treats a row that its block does not have:
 * WRITE adds it, and gives the block a new life. PRESENT leaves it out and tells so, because here it might stand alone
 * where a newer one should; the block keeps its life, so that no row outlives its bound by its neighbour's; whoever
 * has the block's lease loses it, to the caller if that has a token. PROMOTE adds it if the caller still has
 * the lease, else nothing changes; the block gets a new life when all of its rows are promoted at once.
 */
export type MergeMode = 'WRITE' | 'PRESENT' | 'PROMOTE';

/** The script's answer for one row. */
export const MERGE_ANSWER = {
  written: 0,
  kept: 1,
  writtenInConflict: 2,
  keptInConflict: 3,
  tooLarge: -1,
  rowMissing: -2,
  blockCorrupt: -3,
  notLeased: -4,
} as const;

export interface RedisScript {
  readonly lua: string;
  readonly sha: string;
}

export const MERGE_SCRIPT = scriptOf(MERGE_LUA);
export const LEASE_SCRIPT = scriptOf(LEASE_LUA);

export function scriptOf(lua: string): RedisScript {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}
