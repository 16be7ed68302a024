import {
  type Attempt,
  holdsSlot,
  modelName,
  obligations,
  outputKeyOf,
  type Schedule,
  type Training,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { type PerformDeps, perform } from '../heart/perform.ts';
import type { VersionEntry } from '../ports/manifests.ts';
import { renewEpoch } from './epoch.ts';
import { readBatches, readJournal, readSettings } from './journal.ts';

type RecoverDeps = PerformDeps &
  Pick<Deps, 'store' | 'batches' | 'objects' | 'manifests' | 'ids' | 'budgets'>;

/** What recovery did with a training, or would do. */
export interface Recovered {
  readonly trainingId: string;
  readonly action: 'requeued' | 'doubted' | 'restored' | 'known';
  readonly status: Training['status'];
}

const started = (training: Training): number => training.attemptsStarted;

/** The attempt that the history knows of, though the journal does not: it was written before the call went out. */
const attemptOf = (deps: RecoverDeps, training: Training, version: VersionEntry, number: number): Attempt => {
  const { subject, modelName: given, versionName } = training.request;
  const deadBy = Date.parse(version.dead_by ?? '') || deps.clock.now();
  const named = subject.kind === 'style' && versionName === undefined ? undefined : version.name;
  return {
    number,
    endpointId: version.endpoint_id ?? deps.settings.endpointId,
    startedAt: Date.parse(version.timestamp) || training.changedAt,
    executionTimeoutMs: 0,
    ttlMs: 0,
    deadBy,
    versionName: version.name,
    modelName: given ?? modelName(subject, named),
    outputKey: outputKeyOf(training.id, number),
    jobToken: deps.ids.nonce(),
    nonce: deps.ids.nonce(),
    ...(version.data_digest !== undefined && { dataDigest: version.data_digest }),
  };
};

const doubted = (deps: RecoverDeps, training: Training, attempt: Attempt): Training => ({
  id: training.id,
  rev: training.rev + 1,
  acceptedAt: training.acceptedAt,
  changedAt: deps.clock.now(),
  request: training.request,
  priority: training.priority,
  attemptsSpent: training.attemptsSpent,
  attemptsStarted: attempt.number,
  versionName: attempt.versionName,
  ...(training.cancelRequested && { cancelRequested: training.cancelRequested }),
  ...(training.bills && { bills: training.bills }),
  ...(training.reservedUsd !== undefined && { reservedUsd: training.reservedUsd }),
  ...(training.budgetUsd !== undefined && { budgetUsd: training.budgetUsd }),
  status: 'unconfirmed',
  attempt,
  since: deps.clock.now(),
  reason: 'the record was lost while the submission may have been under way',
  countsAgainst: [],
});

/** The version that says more than the journal: a later attempt, begun when Redis was lost. */
const laterVersion = async (deps: RecoverDeps, training: Training): Promise<VersionEntry | undefined> => {
  const versions = await deps.manifests.versions(training.request.subject);
  const own = versions.find(({ training_id }) => training_id === training.id);
  return own?.attempt !== undefined && own.attempt > started(training) ? own : undefined;
};

/** What the training is to be, now that only the journal and the history tell of it. */
const reborn = async (deps: RecoverDeps, training: Training): Promise<Training> => {
  const later =
    training.status === 'queued' || holdsSlot(training) ? await laterVersion(deps, training) : undefined;
  if (later) {
    const number = later.attempt ?? started(training) + 1;
    return doubted(deps, training, attemptOf(deps, training, later, number));
  }
  if (training.status === 'submitting') return doubted(deps, training, training.attempt);
  if (training.status !== 'queued') return training;
  const { jobToken: _, ...queued } = training;
  return queued;
};

const actionOf = (training: Training): Recovered['action'] => {
  if (training.status === 'queued') return 'requeued';
  return training.status === 'unconfirmed' ? 'doubted' : 'restored';
};

/**
 * Puts back what a lost Redis knew, from the journal and the histories (SPEC §7). What was queued waits again; an
 * attempt without an outcome is in doubt and is settled by evidence: nothing is submitted twice. May be run again.
 * @param options.dryRun tells what would be done and changes nothing
 */
export const recover = async (
  deps: RecoverDeps,
  options: { readonly dryRun?: boolean } = {},
): Promise<readonly Recovered[]> => {
  const done: Recovered[] = [];
  for await (const journalled of readJournal(deps)) {
    const training = await reborn(deps, journalled);
    const known = (await deps.store.load(training.id)) !== undefined;
    const action = known ? 'known' : actionOf(training);
    done.push({ trainingId: training.id, status: training.status, action });
    if (options.dryRun || known) continue;
    await deps.store.restore(training);
    await perform(deps, training, obligations(training));
  }
  if (!options.dryRun) await openAgain(deps);
  return done;
};

const openAgain = async (deps: RecoverDeps): Promise<void> => {
  for await (const held of readBatches(deps)) await deps.batches.restore(held);
  const { budgets, schedule, ...control } = (await readSettings(deps)) ?? {};
  if (Object.keys(control).length > 0) await deps.store.setControl(control);
  // A limit that a person took away must not come back from the environment.
  if (budgets) await deps.budgets.setLimits({ dayUsd: null, monthUsd: null, ...budgets });
  if (schedule) await restoreSchedule(deps, schedule);
  await renewEpoch(deps);
};

/** A schedule that somebody set since stands. */
const restoreSchedule = async ({ batches }: RecoverDeps, kept: Schedule): Promise<void> => {
  const { rev } = await batches.schedule();
  if (rev === 0) await batches.saveSchedule({ ...kept, rev: 1 });
};
