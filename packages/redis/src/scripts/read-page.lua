-- Merges sorted lists of ids into a page, newest first. Reads each list in chunks of 8 ids, so that the cost depends on
-- the size of the page and the number of lists, never on their length.
--
-- KEYS the lists
-- ARGV 1 size of the page, 2 upper bound (`+`, or `(` and the last id of the previous page)
local CHUNK = 8
local limit = tonumber(ARGV[1])
local ids, at, heads = {}, {}, {}

local function fill(i, before)
  ids[i] = redis.call('ZREVRANGEBYLEX', KEYS[i], before, '-', 'LIMIT', 0, CHUNK)
  at[i] = 1
  heads[i] = ids[i][1]
end

local open = {}
for i = 1, #KEYS do
  fill(i, ARGV[2])
  if heads[i] then open[#open + 1] = i end
end
local page = {}
while #page < limit and #open > 0 do
  local best = 1
  for o = 2, #open do
    if heads[open[o]] > heads[open[best]] then best = o end
  end
  local i = open[best]
  local id = heads[i]
  page[#page + 1] = id
  at[i] = at[i] + 1
  heads[i] = ids[i][at[i]]
  if not heads[i] and #ids[i] == CHUNK then fill(i, '(' .. id) end
  if not heads[i] then table.remove(open, best) end
end
return page
