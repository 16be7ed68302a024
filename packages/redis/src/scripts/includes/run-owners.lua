-- The owners of runs. A run belongs to one attempt for ever (docs/concepts/unconfirmed-submissions.md); only RunPod's
-- answer to a submission takes a run from an attempt that adopted it.

-- True when a different attempt owns the run and keeps it.
local function belongsToAnother(trainingId, run)
  local stored = redis.call('GET', run.key)
  if not stored then return false end
  local owner = cjson.decode(stored)
  if owner.trainingId == trainingId and owner.attempt == run.attempt then return false end
  return owner.answered or not run.outranks
end

-- Writes the owner of the run. A claim of the same attempt that was answered stays answered.
local function claimRun(trainingId, run)
  local stored = redis.call('GET', run.key)
  local owner = stored and cjson.decode(stored)
  local isOwn = owner and owner.trainingId == trainingId and owner.attempt == run.attempt
  if isOwn and (owner.answered or not run.answered) then return end
  redis.call('SET', run.key, cjson.encode({ trainingId = trainingId, attempt = run.attempt, answered = run.answered }))
end
