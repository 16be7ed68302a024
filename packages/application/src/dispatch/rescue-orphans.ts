import { holdsSlot, isTerminal, type Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { isDue } from '../lifecycle/timeouts.ts';
import { jobNameOf, resultOf } from '../lifecycle/perform.ts';
import type { PublishDeps } from '../notifications/publish.ts';
import type { ActiveJob, Taken, TrainingLine } from '../ports/training-consumer.ts';
import type { FinalizeDeps } from '../reconcile/finalize.ts';
import { noteReading } from '../maintenance/alarms.ts';
import { closeIfEnded } from './fail-before-submit.ts';

export interface SweepActiveDeps extends FinalizeDeps, PublishDeps, Pick<Deps, 'ids'> {
  readonly line: Pick<TrainingLine, 'active' | 'drop'>;
  /** Takes an abandoned job over; it is not waited for. */
  readonly adopt: (taken: Taken) => void;
}

/** How long the dispatcher that took a job may be busy with it before another takes it over. */
const ABANDONED_AFTER_MS = 30_000;
/** What preparing takes on any machine, in real ms: where time is scaled, half a minute of life may be less. */
const PREPARED_WITHIN_REAL_MS = 750;

/** What is to be done with a job that stands for a slot (DESIGN §4 rule 7). */
type Verdict = 'leave' | 'drop' | 'disown' | 'finish' | 'close' | 'postpone' | 'adopt';

/** Taken anew after its last attempt: whoever took it may have opened a version since the training's end was recorded. */
const wasBeingPrepared = ({ jobToken }: ActiveJob, training: Training): boolean =>
  isTerminal(training) && training.attempt?.lockToken !== jobToken;

const judge = (deps: SweepActiveDeps, job: ActiveJob, training: Training | undefined): Verdict => {
  if (!job.exists) return 'drop';
  if (!training) return 'disown';
  if (holdsSlot(training)) return 'leave';
  if (training.status === 'queued' && training.hold) return 'finish';
  if (training.status !== 'queued' && !wasBeingPrepared(job, training)) return 'finish';
  // A job from the future was taken before a clock was set back: that too is long ago.
  const busyMs = Math.max(PREPARED_WITHIN_REAL_MS, deps.clock.realMs(ABANDONED_AFTER_MS));
  if (Math.abs(job.heldForMs) < busyMs) return 'leave';
  if (training.status !== 'queued') return 'close';
  return isDue(training, deps.clock.now()) ? 'adopt' : 'postpone';
};

const carryOut = async (
  deps: SweepActiveDeps,
  job: ActiveJob,
  { verdict, training }: { readonly verdict: Verdict; readonly training: Training | undefined },
): Promise<void> => {
  const { trainingId, jobToken } = job;
  if (verdict === 'leave') return;
  deps.log.info('active_job_swept', { training_id: trainingId, verdict });
  if (verdict === 'drop') await deps.line.drop(trainingId);
  if (verdict === 'disown')
    await deps.queue.finish(trainingId, jobToken, {
      status: 'failed',
      failure: 'no training of this id is on record',
    });
  if (verdict === 'finish' && training) await deps.queue.finish(trainingId, jobToken, resultOf(training));
  if (verdict === 'close') await closeIfEnded(deps, { trainingId, jobToken });
  if (verdict === 'postpone' && training?.status === 'queued')
    await deps.queue.postpone(trainingId, {
      name: jobNameOf(training),
      priority: training.priority,
      jobToken,
      notBefore: training.notBefore ?? deps.clock.now(),
    });
  if (verdict === 'adopt') deps.adopt(adoption(deps, job));
};

const adoption = (deps: SweepActiveDeps, { trainingId, jobToken }: ActiveJob): Taken => ({
  trainingId,
  jobToken: deps.ids.nonce(),
  adoptedFrom: jobToken,
});

/**
 * Goes through the jobs that stand for slots and drives on each one that nobody will: ended, unknown, without a job,
 * or taken by a dispatcher that died. One that cannot be swept does not keep the others waiting. Also
 * raises the alarm when a live attempt has no active job, which should never be.
 * @param mayDispatch whether abandoned jobs may be taken over now (pause and gate)
 */
export const sweepActive = async (deps: SweepActiveDeps, mayDispatch: boolean): Promise<void> => {
  const jobs = await deps.line.active();
  for (const job of jobs) {
    try {
      await sweepOne(deps, job, mayDispatch);
    } catch (error) {
      deps.log.error('active_job_not_swept', { training_id: job.trainingId, error });
    }
  }
  await alarmInactive(deps, new Set(jobs.map(({ trainingId }) => trainingId)));
};

const sweepOne = async (deps: SweepActiveDeps, job: ActiveJob, mayDispatch: boolean): Promise<void> => {
  const training = job.exists ? await deps.store.load(job.trainingId) : undefined;
  const verdict = judge(deps, job, training);
  if (verdict === 'adopt' && !mayDispatch) return;
  await carryOut(deps, job, { verdict, training });
};

/**
 * A live attempt's job is active before the ledger has the attempt and until the ledger has it no more. One that the
 * ledger had before and after the list was read, and the list had not, has no active job: no move explains it.
 */
const alarmInactive = async (deps: SweepActiveDeps, active: ReadonlySet<string>): Promise<void> => {
  const before = (await deps.store.ledger()).filter(({ trainingId }) => !active.has(trainingId));
  const jobs = new Set(before.length > 0 ? (await deps.line.active()).map((job) => job.trainingId) : []);
  const ledger = before.length > 0 ? await deps.store.ledger() : [];
  const without = before.filter(
    ({ trainingId, attempt }) =>
      !jobs.has(trainingId) &&
      ledger.some((entry) => entry.trainingId === trainingId && entry.attempt === attempt),
  );
  const attempts = without.map(({ trainingId, attempt }) => ({ training_id: trainingId, attempt }));
  await noteReading(deps, 'live_attempt_without_active_job', attempts.length > 0 ? { attempts } : undefined);
};
