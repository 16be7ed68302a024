import { holdsSlot, isTerminal, type Queued, type Training } from '@trainyard/domain';
import {
  appendEvent,
  getRunClaim,
  listNewAliases,
  listReassignedAliases,
  needsBackup,
  type Revision,
  type SavedRunClaim,
  toAcceptedRecord,
  toEventRecord,
  toTrainingNotification,
} from '../../../lifecycle/revision.ts';
import type {
  AcceptResult,
  SaveResult,
  StartResult,
  TrainingWrites,
} from '../../../ports/training-store/index.ts';
import {
  bookAmounts,
  exceedsPeriodBudget,
  findBatchShortage,
  getExpectedAmount,
  toMicroUsd,
  toUsd,
} from './amounts.ts';
import { createMemoryClaims } from './claims.ts';
import { countStreaks, requeuesForGate } from './control.ts';
import type { MemoryData, MemoryState } from './data.ts';
import { belongsToAnother, claimRun } from './run-owners.ts';

/** The parts that the adapters of an in-memory backend share. */
export interface MemoryContext {
  readonly state: MemoryState;
  readonly now: () => number;
  /** The zone of day and month budgets. */
  readonly timeZone: string;
  /** Called after dispatch control or the queue changed. */
  readonly onChange: () => void;
}

/** Creates the writes of trainings. Each runs without an await between its checks and its effects. */
export function createMemoryWrites(context: MemoryContext): TrainingWrites {
  const { state } = context;
  return {
    idempotencyClaims: createMemoryClaims(context),
    accept: async (training, options) => acceptTraining(context, training, options),
    findAccepted: async ({ key, fingerprint }) => {
      const claim = state.data.claims.get(key);
      if (!claim?.accepted) return undefined;
      return claim.fingerprint === fingerprint
        ? claim.accepted
        : { kind: 'conflict', trainingId: claim.accepted.trainingId };
    },
    save: async (training, event, before, streaks = []) => {
      const revision = { training, record: toEventRecord(training, event, before), before };
      if (
        revision.before.rev === state.data.trainings.get(training.id)?.rev &&
        requeuesForGate(state.data, streaks)
      )
        return 'closes_gate';
      const result = saveTraining(context, revision, {
        withinBatchBudget: event.type === 'budget_released' && event.withinBatchBudget,
        run: getRunClaim(training, event, before),
      });
      if (result === 'saved') countStreaks(state.data, streaks);
      return result;
    },
    start: async (training, event, { before, previousLockToken }) => {
      const revision = { training, record: toEventRecord(training, event, before), before };
      return startAttempt(context, revision, previousLockToken);
    },
    listPrunable: async (at, limit) =>
      [...state.data.prunable]
        .filter(([, endedAt]) => endedAt < at)
        .sort(([, a], [, b]) => a - b)
        .slice(0, limit)
        .map(([id]) => id),
    prune: async ({ id, rev }, summary) => {
      const now = state.data.trainings.get(id);
      if (now?.rev !== rev) return;
      state.data.trainings.set(id, { ...now, request: structuredClone(summary) });
      state.data.events.delete(id);
      state.data.prunable.delete(id);
    },
  };
}

function acceptTraining(
  context: MemoryContext,
  training: Queued,
  { claim, exclusive, batchBudgetUsd }: Parameters<TrainingWrites['accept']>[1],
): AcceptResult {
  const { data } = context.state;
  if (data.trainings.has(training.id)) return { kind: 'accepted' };
  const known = claim && data.claims.get(claim.key);
  if (known?.accepted && known.fingerprint === claim?.fingerprint) return known.accepted;
  if (known) return { kind: 'conflict', trainingId: known.accepted?.trainingId ?? '' };
  const busy = exclusive ? findUnfinished(data, training)[0] : undefined;
  if (busy !== undefined) return { kind: 'subject_busy', trainingId: busy };
  const { batchId } = training.request;
  const field = `batch:${batchId}` as const;
  if (batchId !== undefined && batchBudgetUsd !== undefined && !data.budgets.limits.has(field))
    data.budgets.limits.set(field, toMicroUsd(batchBudgetUsd));
  const left = findBatchShortage(data, training);
  if (left !== undefined) return { kind: 'over_budget', leftUsd: toUsd(left) };
  writeRevision(context, { training, record: toAcceptedRecord(training) });
  if (claim) {
    const { id: trainingId, priority, hold } = training;
    const accepted = { kind: 'replayed', trainingId, priority, ...(hold && { hold }) } as const;
    data.claims.set(claim.key, { fingerprint: claim.fingerprint, accepted });
  }
  return { kind: 'accepted' };
}

function findUnfinished({ trainings }: MemoryData, { request: { subject } }: Training): readonly string[] {
  return [...trainings.values()]
    .filter((each) => !isTerminal(each) && each.request.subject.kind === subject.kind)
    .filter((each) => each.request.subject.id === subject.id)
    .map(({ id }) => id)
    .sort();
}

function saveTraining(
  context: MemoryContext,
  revision: Revision,
  {
    withinBatchBudget,
    run,
  }: { readonly withinBatchBudget: boolean; readonly run: SavedRunClaim | undefined },
): SaveResult {
  const { data } = context.state;
  const { training, before } = revision;
  if (data.trainings.get(training.id)?.rev !== training.rev - 1) return 'stale';
  if (withinBatchBudget && findBatchShortage(data, training) !== undefined) return 'over_budget';
  if (run && belongsToAnother(data, training.id, run)) return 'run_belongs_to_another';
  if (run) claimRun(data, training.id, run.claim);
  writeRevision(context, revision);
  if (before && !holdsSlot(before) && holdsSlot(training) && training.status !== 'submitting')
    occupySlot(data, training, { attempt: training.attempt.number, since: revision.record.at });
  const notification = before && toTrainingNotification(before, training);
  if (notification) data.outbox.set(notification.id, { notification, dueAt: revision.record.at });
  return 'saved';
}

/** The checks of the start script in its order; no refusal changes a training or a slot. */
function startAttempt(context: MemoryContext, revision: Revision, previousLockToken?: string): StartResult {
  const { training, record } = revision;
  if (training.status !== 'submitting') return 'stale';
  const { data } = context.state;
  const { control, activeAttempts } = data;
  const { lockToken, nonce, number: attempt } = training.attempt;
  const now = data.trainings.get(training.id);
  if (now && getNonce(now) === nonce) return 'started';
  if (now?.rev !== training.rev - 1) return 'stale';
  const job = data.jobs.get(training.id);
  const isLocked =
    previousLockToken === undefined
      ? job?.lockToken === lockToken
      : (job?.lockToken ?? '0') === previousLockToken;
  if (job?.state !== 'active' || !isLocked) return 'lock_mismatch';
  if (control.epoch === undefined) return 'limit_missing';
  const { gate } = control;
  if (control.paused || (gate && (!gate.probeRun || gate.probeRun.trainingId !== undefined))) return 'closed';
  if (control.maxConcurrency < 1) return 'limit_missing';
  if (!activeAttempts.has(training.id) && activeAttempts.size >= control.maxConcurrency) return 'full';
  if (exceedsPeriodBudget(data, revision, context.timeZone)) return 'over_budget';
  if (findBatchShortage(data, training) !== undefined) return 'over_batch_budget';
  job.lockToken = lockToken;
  writeRevision(context, revision);
  occupySlot(data, training, { attempt, since: record.at });
  control.refused = undefined;
  control.streaks.delete('unprepared_trainings');
  if (gate?.probeRun)
    control.gate = { ...gate, probeRun: { ...gate.probeRun, trainingId: training.id, attempt } };
  return 'started';
}

function getNonce(training: Training): string | undefined {
  return 'attempt' in training ? training.attempt?.nonce : undefined;
}

/** Adds the training to the active attempts. */
export function occupySlot(
  { activeAttempts }: MemoryData,
  training: Training,
  slot: { readonly attempt: number; readonly since: number },
): void {
  const expected = getExpectedAmount(training);
  activeAttempts.set(training.id, { ...slot, ...(expected !== undefined && { expected }) });
}

/** Writes a revision with its event, aliases, pending backup, retention entry, slot and amounts. */
export function writeRevision(context: MemoryContext, revision: Revision): void {
  const { data } = context.state;
  const { training, record } = revision;
  const { id } = training;
  data.trainings.set(id, structuredClone(training));
  data.events.set(id, appendEvent(data.events.get(id) ?? [], structuredClone(record)));
  if (needsBackup(revision)) data.pendingBackups.set(id, training.rev);
  if (isTerminal(training) && training.recorded) data.prunable.set(id, training.endedAt);
  for (const { kind, name } of listNewAliases(revision))
    if (!data.aliases.has(`${kind}:${name}`)) data.aliases.set(`${kind}:${name}`, id);
  for (const { kind, name } of listReassignedAliases(revision)) data.aliases.set(`${kind}:${name}`, id);
  if (!holdsSlot(training)) data.activeAttempts.delete(id);
  bookAmounts(data, revision, context.timeZone);
}
