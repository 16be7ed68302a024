import { holdsSlot, isTerminal, type Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { toJobName, toJobResult } from '../lifecycle/perform.ts';
import { isDue } from '../lifecycle/timeouts.ts';
import { recordReading } from '../maintenance/alarms.ts';
import type { PublishDeps } from '../notifications/publish.ts';
import type { ActiveJob, ClaimedJob, TrainingConsumer } from '../ports/training-consumer.ts';
import type { FinalizeDeps } from '../reconcile/finalize.ts';
import { finishIfTerminal } from './fail-before-submit.ts';

export interface RescueOrphanedJobsDeps extends FinalizeDeps, PublishDeps, Pick<Deps, 'ids'> {
  readonly consumer: Pick<TrainingConsumer, 'listActive' | 'removeFromActive'>;
  /** Takes an abandoned job over; it is not waited for. */
  readonly adopt: (job: ClaimedJob) => void;
}

/** How long the dispatcher that took a job may be busy with it before another takes it over. */
const ABANDONED_AFTER_MS = 30_000;
/** What preparing takes on any machine, in real ms: where time is scaled, half a minute of life may be less. */
const PREPARED_WITHIN_REAL_MS = 750;

/** What is to be done with a job that stands for a slot (DESIGN §4 rule 7). */
type RescueAction = 'ignore' | 'remove' | 'fail' | 'finish' | 'finalize' | 'requeue' | 'adopt';

/**
 * Goes through the jobs that stand for slots and drives on each one that nobody will: ended, unknown, without a job,
 * or taken by a dispatcher that died. One that cannot be swept does not keep the others waiting. Also
 * raises the alarm when a live attempt has no active job, which should never be.
 * @param mayDispatch whether abandoned jobs may be taken over now (pause and gate)
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

/** Taken anew after its last attempt: whoever took it may have opened a version since the training's end was recorded. */
function wasBeingPrepared({ lockToken }: ActiveJob, training: Training): boolean {
  return isTerminal(training) && training.attempt?.lockToken !== lockToken;
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
  // A job from the future was taken before a clock was set back: that too is long ago.
  const busyMs = Math.max(PREPARED_WITHIN_REAL_MS, deps.clock.realMs(ABANDONED_AFTER_MS));
  if (Math.abs(job.heldForMs) < busyMs) return 'ignore';
  if (training.status !== 'queued') return 'finalize';
  return isDue(training, deps.clock.now()) ? 'adopt' : 'requeue';
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
      failure: 'no training of this id is on record',
    });
  if (action === 'finish' && training) await deps.queue.finish(trainingId, lockToken, toJobResult(training));
  if (action === 'finalize') await finishIfTerminal(deps, { trainingId, lockToken });
  if (action === 'requeue' && training?.status === 'queued')
    await deps.queue.requeue(trainingId, {
      name: toJobName(training),
      priority: training.priority,
      lockToken,
      notBefore: training.notBefore ?? deps.clock.now(),
    });
  if (action === 'adopt') deps.adopt(toAdoptedJob(deps, job));
}

function toAdoptedJob(deps: RescueOrphanedJobsDeps, { trainingId, lockToken }: ActiveJob): ClaimedJob {
  return {
    trainingId,
    lockToken: deps.ids.nonce(),
    previousLockToken: lockToken,
  };
}

async function rescueJob(deps: RescueOrphanedJobsDeps, job: ActiveJob, mayDispatch: boolean): Promise<void> {
  const training = job.exists ? await deps.store.load(job.trainingId) : undefined;
  const action = chooseRescueAction(deps, job, training);
  if (action === 'adopt' && !mayDispatch) return;
  await applyRescueAction(deps, job, { action, training });
}

/**
 * A live attempt's job is active before the ledger has the attempt and until the ledger has it no more. One that the
 * ledger had before and after the list was read, and the list had not, has no active job: no move explains it.
 */
async function alarmOnInactiveAttempts(
  deps: RescueOrphanedJobsDeps,
  active: ReadonlySet<string>,
): Promise<void> {
  const before = (await deps.store.listActiveAttempts()).filter(({ trainingId }) => !active.has(trainingId));
  const jobs = new Set(
    before.length > 0 ? (await deps.consumer.listActive()).map((job) => job.trainingId) : [],
  );
  const activeAttempts = before.length > 0 ? await deps.store.listActiveAttempts() : [];
  const without = before.filter(
    ({ trainingId, attempt }) =>
      !jobs.has(trainingId) &&
      activeAttempts.some((entry) => entry.trainingId === trainingId && entry.attempt === attempt),
  );
  const attempts = without.map(({ trainingId, attempt }) => ({ training_id: trainingId, attempt }));
  await recordReading(
    deps,
    'live_attempt_without_active_job',
    attempts.length > 0 ? { attempts } : undefined,
  );
}
