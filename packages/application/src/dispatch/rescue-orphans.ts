import { holdsSlot, isTerminal, type Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { toJobResult } from '../lifecycle/advance.ts';
import { isDue } from '../lifecycle/timeouts.ts';
import { recordReading } from '../maintenance/watch.ts';
import type { PublishDeps } from '../notifications/publish.ts';
import type { ActiveJob, ClaimedJob, TrainingConsumer } from '../ports/training-queue.ts';
import type { FinalizeDeps } from '../reconcile/finalize.ts';
import { loadReadableTrainings } from '../lifecycle/read-trainings.ts';
import { finishIfTerminal, requeue } from './outcome.ts';

/** The ports of the rescue. */
export interface RescueOrphanedJobsDeps extends FinalizeDeps, PublishDeps, Pick<Deps, 'ids'> {
  readonly consumer: Pick<TrainingConsumer, 'listActive' | 'removeFromActive'>;
  /** Starts the dispatch of an orphaned job under a new lock token, and does not wait for its end. */
  readonly adopt: (job: ClaimedJob) => void;
}

/** The time a dispatcher may prepare a claimed job before the job counts as orphaned. */
const ORPHANED_AFTER_MS = 30_000;
/** The lower limit of that time in real ms. Tests scale the clock; a preparation takes the same real time as before. */
const MIN_ORPHANED_AFTER_REAL_MS = 750;

/** The action for an active job (docs/concepts/dispatch-and-slots.md). */
type RescueAction = 'ignore' | 'remove' | 'fail' | 'finish' | 'finalize' | 'requeue' | 'adopt';

/**
 * Checks every active job of the queue and moves the orphaned ones: jobs of ended, held, missing or delayed trainings,
 * and jobs whose dispatcher ended. An error of a job is logged, and the next job is checked. Raises the alarm
 * `live_attempt_without_active_job` for a live attempt without an active job, which never occurs in a healthy system.
 * @param mayDispatch whether orphaned jobs of queued trainings may be adopted now (pause, gate, budgets, epoch)
 */
export async function rescueOrphanedJobs(deps: RescueOrphanedJobsDeps, mayDispatch: boolean): Promise<void> {
  const jobs = await deps.consumer.listActive();
  for (const job of jobs) {
    try {
      await rescueJob(deps, job, mayDispatch);
    } catch (error) {
      deps.log.error('job_rescue_failed', { training_id: job.trainingId, error });
    }
  }
  await alarmOnInactiveAttempts(deps, new Set(jobs.map(({ trainingId }) => trainingId)));
}

async function rescueJob(deps: RescueOrphanedJobsDeps, job: ActiveJob, mayDispatch: boolean): Promise<void> {
  const training = job.exists ? await deps.store.load(job.trainingId) : undefined;
  const action = chooseRescueAction(deps, job, training);
  if (action === 'adopt' && !mayDispatch) return;
  await applyRescueAction(deps, job, { action, training });
}

function chooseRescueAction(
  deps: RescueOrphanedJobsDeps,
  job: ActiveJob,
  training: Training | undefined,
): RescueAction {
  if (!job.exists) return 'remove';
  if (!training) return 'fail';
  if (holdsSlot(training)) return 'ignore';
  if (training.status === 'queued' && training.hold) return 'finish';
  if (training.status !== 'queued' && !wasBeingPrepared(job, training)) return 'finish';
  const claimTimeMs = Math.max(MIN_ORPHANED_AFTER_REAL_MS, deps.clock.realMs(ORPHANED_AFTER_MS));
  // A negative age is a claim before a clock was set back; it is long ago too.
  if (Math.abs(job.heldForMs) < claimTimeMs) return 'ignore';
  if (training.status !== 'queued') return 'finalize';
  return isDue(training, deps.clock.now()) ? 'adopt' : 'requeue';
}

/**
 * Whether a dispatcher claimed the job of a terminal training after its last attempt (the lock tokens differ). That
 * dispatcher may have written a version entry that still has to be finalized.
 */
function wasBeingPrepared({ lockToken }: ActiveJob, training: Training): boolean {
  return isTerminal(training) && training.attempt?.lockToken !== lockToken;
}

async function applyRescueAction(
  deps: RescueOrphanedJobsDeps,
  job: ActiveJob,
  { action, training }: { readonly action: RescueAction; readonly training: Training | undefined },
): Promise<void> {
  const { trainingId, lockToken } = job;
  if (action === 'ignore') return;
  deps.log.info('job_rescued', { training_id: trainingId, action });
  if (action === 'remove') await deps.consumer.removeFromActive(trainingId);
  if (action === 'fail')
    await deps.queue.finish(trainingId, lockToken, {
      status: 'failed',
      failure: 'no training has this id',
    });
  if (action === 'finish' && training) await deps.queue.finish(trainingId, lockToken, toJobResult(training));
  if (action === 'finalize') await finishIfTerminal(deps, { trainingId, lockToken });
  if (action === 'requeue' && training?.status === 'queued') await requeue(deps, training, lockToken);
  if (action === 'adopt') deps.adopt(toAdoptedJob(deps, job));
}

function toAdoptedJob(deps: RescueOrphanedJobsDeps, { trainingId, lockToken }: ActiveJob): ClaimedJob {
  return {
    trainingId,
    lockToken: deps.ids.nonce(),
    previousLockToken: lockToken,
  };
}

/**
 * Raises the alarm for live attempts without an active job. A job is active before its attempt is added to the active
 * attempts, and until the attempt is removed. An attempt that is listed before and after the active jobs were read,
 * and whose job is in neither reading, has therefore lost its job, unless its job was finished with a run that it
 * returned.
 */
async function alarmOnInactiveAttempts(
  deps: RescueOrphanedJobsDeps,
  active: ReadonlySet<string>,
): Promise<void> {
  const before = (await deps.store.listActiveAttempts()).filter(({ trainingId }) => !active.has(trainingId));
  const jobs = new Set(
    before.length > 0 ? (await deps.consumer.listActive()).map((job) => job.trainingId) : [],
  );
  const after = before.length > 0 ? await deps.store.listActiveAttempts() : [];
  const lost = before.filter(
    ({ trainingId, attempt }) =>
      !jobs.has(trainingId) &&
      after.some((entry) => entry.trainingId === trainingId && entry.attempt === attempt),
  );
  const trainings = await loadReadableTrainings(
    deps,
    lost.map(({ trainingId }) => trainingId),
  );
  const jobless = new Set(trainings.filter(hasFinishedJob).map(({ id }) => id));
  const unexpected = lost.filter(({ trainingId }) => !jobless.has(trainingId));
  const attempts = unexpected.map(({ trainingId, attempt }) => ({ training_id: trainingId, attempt }));
  await recordReading(
    deps,
    'live_attempt_without_active_job',
    attempts.length > 0 ? { attempts } : undefined,
  );
}

function hasFinishedJob(training: Training): boolean {
  return holdsSlot(training) && training.attempt.jobFinished === true;
}
