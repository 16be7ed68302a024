import type { Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { InvalidRequestError, SubjectBusyError } from '../errors.ts';
import { type AcceptDeps, accept } from '../intake/accept.ts';
import { SubjectNotFoundError } from '../ports/catalogue.ts';
import { type Candidate, type CandidateDeps, candidates } from './candidates.ts';

export interface AutoTrainCommand {
  /** How many at most; without it all that are eligible. */
  readonly limit?: number;
  readonly dryRun?: boolean;
  readonly actorIds?: readonly string[];
  readonly policy?: string;
  readonly priority?: number;
  readonly includeUnreviewed?: boolean;
}

/** Why an actor that was considered is not trained by this run. */
export interface Skipped {
  readonly actor: { readonly id: string; readonly name: string };
  readonly reasons: readonly string[];
}

/** What a run of auto-train did, or would do. */
export interface AutoTrainRun {
  readonly batchId: string;
  readonly considered: number;
  readonly enqueued: readonly { readonly candidate: Candidate; readonly training?: Training }[];
  readonly skipped: readonly Skipped[];
}

type AutoTrainDeps = AcceptDeps & CandidateDeps & Pick<Deps, 'ids'>;

const skip = ({ actor }: Candidate, reasons: readonly string[]): Skipped => ({
  actor: { id: actor.id, name: actor.name },
  reasons,
});

/** Accepts one; an actor that someone else was quicker with, or whose request is faulty, is skipped, not a fault of the run. */
const enqueue = async (
  deps: AutoTrainDeps,
  candidate: Candidate,
  command: AutoTrainCommand & { readonly batchId: string },
): Promise<Training | Skipped> => {
  try {
    const { training } = await accept(deps, {
      subject: { kind: 'actor', id: candidate.actor.id },
      source: 'auto_train',
      batchId: command.batchId,
      ...(command.policy !== undefined && { policy: command.policy }),
      ...(command.priority !== undefined && { priority: command.priority }),
    });
    return training;
  } catch (error) {
    if (error instanceof SubjectBusyError) return skip(candidate, ['live_training']);
    if (error instanceof InvalidRequestError || error instanceof SubjectNotFoundError)
      return skip(candidate, [error.message]);
    throw error;
  }
};

/**
 * Considers every actor and enqueues all that are eligible at once; the bound does the rest (SPEC §8). Two runs at
 * the same time train no actor twice: accept refuses a busy subject.
 */
export const autoTrain = async (deps: AutoTrainDeps, command: AutoTrainCommand): Promise<AutoTrainRun> => {
  const batchId = deps.ids.batch();
  const considered = await candidates(deps, command);
  const eligible = considered.filter((candidate) => candidate.eligible);
  const chosen = eligible.slice(0, command.limit ?? eligible.length);
  const skipped = considered.filter((each) => !each.eligible).map((each) => skip(each, each.reasons));
  for (const each of eligible.slice(chosen.length)) skipped.push(skip(each, ['limit']));
  const enqueued: { candidate: Candidate; training?: Training }[] = [];
  for (const candidate of chosen) {
    if (command.dryRun) {
      enqueued.push({ candidate });
      continue;
    }
    const done = await enqueue(deps, candidate, { ...command, batchId });
    if ('reasons' in done) skipped.push(done);
    else enqueued.push({ candidate, training: done });
  }
  return { batchId, considered: considered.length, enqueued, skipped };
};
