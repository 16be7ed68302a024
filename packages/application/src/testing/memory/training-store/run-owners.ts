import type { RunClaim } from '@trainyard/domain';
import type { SavedRunClaim } from '../../../lifecycle/revision.ts';
import type { MemoryData } from './data.ts';

/** The key of a run in the index of its owners. */
export function toRunKey({ endpointId, runId }: Pick<RunClaim, 'endpointId' | 'runId'>): string {
  return `${endpointId}:${runId}`;
}

/** Whether a different attempt owns the run and keeps it. An answered claim may outrank an adopted one. */
export function belongsToAnother(
  { runs }: MemoryData,
  trainingId: string,
  { claim, outranks }: SavedRunClaim,
): boolean {
  const owner = runs.get(toRunKey(claim));
  if (!owner || (owner.trainingId === trainingId && owner.attempt === claim.attempt)) return false;
  return owner.answered === true || !outranks;
}

/** Claims the run for the attempt; a claim that was answered stays answered. */
export function claimRun({ runs }: MemoryData, trainingId: string, claim: RunClaim): void {
  const owner = runs.get(toRunKey(claim));
  const isOwn = owner?.trainingId === trainingId && owner.attempt === claim.attempt;
  const answered = claim.answered === true || (isOwn && owner.answered === true);
  runs.set(toRunKey(claim), {
    trainingId,
    attempt: claim.attempt,
    ...(answered && { answered: true as const }),
  });
}
