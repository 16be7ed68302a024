-- Adds a point to the loss curve of an attempt, as `addProgressPoint` of the domain does: it replaces the points from its
-- step on, and above the maximum the curve is thinned evenly over its steps. A repeated call changes no data.
--
-- KEYS 1 points of the curve (JSON), 2 curves
-- ARGV 1 curve, 2 point (JSON), 3 maximum of points, 4 spans of a thinned curve
local function getStep(point) return cjson.decode(point)[1] end

local step = getStep(ARGV[2])
local last = redis.call('LINDEX', KEYS[1], -1)
while last and getStep(last) >= step do
  redis.call('RPOP', KEYS[1])
  last = redis.call('LINDEX', KEYS[1], -1)
end
redis.call('SADD', KEYS[2], ARGV[1])
if redis.call('RPUSH', KEYS[1], ARGV[2]) <= tonumber(ARGV[3]) then return 0 end

local points = redis.call('LRANGE', KEYS[1], 0, -1)
local previous = getStep(points[1])
local span = (step - previous) / tonumber(ARGV[4])
local kept = { points[1] }
for i = 2, #points - 1 do
  local at = getStep(points[i])
  if at - previous >= span then
    kept[#kept + 1] = points[i]
    previous = at
  end
end
kept[#kept + 1] = points[#points]
redis.call('DEL', KEYS[1])
redis.call('RPUSH', KEYS[1], unpack(kept))
return 1
