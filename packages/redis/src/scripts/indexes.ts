/**
 * Moves a training from one class to another in every scope that its names make. Part of the record's own scripts:
 * `c.indexPrefix` begins every scope, `c.scopeParts` are the words of the training, `c.classFrom` is absent for a new one.
 */
export const UPDATE_INDEXES = `
local function updateIndexes()
  if c.classFrom == c.classTo then return end
  local scopes = { c.indexPrefix }
  for _, name in ipairs(c.scopeParts) do
    for i = 1, #scopes do scopes[#scopes + 1] = scopes[i] .. name end
  end
  for _, scope in ipairs(scopes) do
    if c.classFrom then redis.call('ZREM', scope .. c.classFrom, c.id) end
    redis.call('ZADD', scope .. c.classTo, 0, c.id)
  end
end
`;

/**
 * One page over many lists, newest first: each is read a few ids at a time, and the newest of their heads is taken.
 *
 * KEYS lists; ARGV 1 how many, 2 the upper end (`+`, or `(` and an id)
 */
export const READ_PAGE = `
local CHUNK = 8
local wanted = tonumber(ARGV[1])
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
while #page < wanted and #open > 0 do
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
`;
