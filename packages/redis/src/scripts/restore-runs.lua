-- Restores the owners of the runs of a training.
--
-- KEYS the entries of the index
-- ARGV 1 training id, 2 the runs (JSON): key, attempt, answered
--- @include "run-owners"
for _, run in ipairs(cjson.decode(ARGV[2])) do
  run.outranks = run.answered
  if not belongsToAnother(ARGV[1], run) then claimRun(ARGV[1], run) end
end
return 1
