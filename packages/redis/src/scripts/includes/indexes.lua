-- Moves a training from its old index class to its new class, in every scope that its subject, batch, user and tenant form.
-- `c.indexPrefix` starts the name of each scope; `c.classFrom` is absent for a new training.
local function updateIndexes()
  if c.classFrom == c.classTo then return end
  local scopes = { c.indexPrefix }
  for _, part in ipairs(c.scopeParts) do
    for i = 1, #scopes do scopes[#scopes + 1] = scopes[i] .. part end
  end
  for _, scope in ipairs(scopes) do
    if c.classFrom then redis.call('ZREM', scope .. c.classFrom, c.id) end
    redis.call('ZADD', scope .. c.classTo, 0, c.id)
  end
end
