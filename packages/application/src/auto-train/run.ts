import {
  type Batch,
  type BatchOrder,
  type BatchPlan,
  type BatchSkip,
  findOrderFaults,
  POLICY_NAMES,
  toSubjectId,
} from '@trainyard/domain';
import { assertPriceKnown } from '../budgets/budgets.ts';
import type { Deps } from '../deps.ts';
import { checkEpoch } from '../durability/epoch.ts';
import { InvalidRequestError, RecoverRequiredError } from '../errors.ts';
import { type AcceptDeps, withBudget } from '../intake/accept.ts';
import { type FrozenRequest, freeze } from '../intake/freeze.ts';
import type { BatchWithPlan } from '../ports/batches.ts';
import { type Candidate, type CandidateDeps, listCandidates } from './candidates.ts';
import { continueBatch, enqueueBatch, toTrainCommand } from './enqueue.ts';
import { checkPlannedData, type RefreshDeps } from './refresh-reports.ts';
import { type SkipReason, skipReasonFromError, toSkipReason } from './skip.ts';

/** Ports and settings that an auto-train run needs. */
export type RunDeps = AcceptDeps & CandidateDeps & RefreshDeps & Pick<Deps, 'ids' | 'batches' | 'cron'>;

/**
 * Plans a run without saving it: the actors it would train, with their frozen requests, and those it would
 * skip. Throws InvalidRequestError and PriceUnknownError.
 */
export async function dryRun(deps: RunDeps, order: BatchOrder): Promise<DryRun> {
  await checkPlannedData(deps, order);
  const { considered, eligible, skipped } = await selectCandidates(deps, order);
  const chosen: { candidate: Candidate; frozen: FrozenRequest }[] = [];
  const skippedForFault: BatchSkip[] = [];
  let left = order.budgetUsd ?? Number.POSITIVE_INFINITY;
  for (const candidate of eligible) {
    try {
      const command = toTrainCommand({ order }, candidate.actor);
      const frozen = await freeze(deps, command);
      const request = await withBudget(deps, command, frozen.request);
      const needUsd = request.expected?.costUsd ?? 0;
      if (needUsd > left) skippedForFault.push(toBatchSkip(candidate, [toSkipReason('budget')]));
      else chosen.push({ candidate, frozen: { ...frozen, request } });
      if (needUsd <= left) left -= needUsd;
    } catch (error) {
      const reason = skipReasonFromError(error);
      if (!reason) throw error;
      skippedForFault.push(toBatchSkip(candidate, [reason]));
    }
  }
  return { considered, chosen, skipped: [...skipped, ...skippedForFault] };
}

function toBatchSkip({ actor }: Candidate, reasons: readonly SkipReason[]): BatchSkip {
  return {
    id: actor.id,
    name: actor.name,
    reasons,
  };
}

interface Selection {
  readonly considered: number;
  readonly eligible: readonly Candidate[];
  readonly skipped: readonly BatchSkip[];
}

function findUnknownActors(order: BatchOrder, considered: readonly Candidate[]): readonly BatchSkip[] {
  const known = new Set(considered.map(({ actor }) => actor.id));
  const unknown = [...toActorIds(order.actorIds ?? [])].filter((id) => !known.has(id));
  return unknown.map((id) => ({ id, name: id, reasons: [toSkipReason('subject_not_found')] }));
}

/** The ids in their four-digit form. */
function toActorIds(spellings: readonly string[]): ReadonlySet<string> {
  return new Set(spellings.map((id) => toSubjectId('actor', id)));
}

/**
 * Evaluates the requested actors and selects as many eligible candidates as the limit allows. Throws
 * InvalidRequestError, PriceUnknownError.
 */
async function selectCandidates(
  deps: CandidateDeps & Pick<Deps, 'settings'>,
  order: BatchOrder,
): Promise<Selection> {
  if (order.budgetUsd !== undefined) assertPriceKnown(deps);
  if (order.policy !== undefined && !POLICY_NAMES.some((name) => name === order.policy))
    throw new InvalidRequestError([
      {
        path: 'policy',
        message: 'is not a known policy',
        value: order.policy,
        bound: POLICY_NAMES.join(', '),
      },
    ]);
  const considered = await listCandidates(deps, order);
  const fit = considered.filter(({ eligible }) => eligible);
  const confirmed = order.confirmedActorIds && toActorIds(order.confirmedActorIds);
  const allowed = fit.filter(({ actor }) => confirmed?.has(actor.id) ?? true);
  const eligible = allowed.slice(0, order.limit ?? allowed.length);
  return {
    considered: considered.length,
    eligible,
    skipped: [
      ...considered.filter((each) => !each.eligible).map((each) => toBatchSkip(each, each.reasons)),
      ...findUnknownActors(order, considered),
      ...fit
        .filter((each) => !eligible.includes(each))
        .map((each) => toBatchSkip(each, [toSkipReason('limit')])),
    ],
  };
}

/** Outcome of a dry run: the number of actors considered, those chosen and those skipped. */
export interface DryRun {
  readonly considered: number;
  readonly chosen: readonly { readonly candidate: Candidate; readonly frozen: FrozenRequest }[];
  readonly skipped: readonly BatchSkip[];
}

/** A new batch with its plan and the candidates to enqueue. */
export interface PlannedBatch extends BatchWithPlan {
  readonly eligible: readonly Candidate[];
}

/** Id of a new batch, and the tick of the schedule that started it (epoch ms). */
interface BatchOrigin {
  readonly id?: string;
  readonly tickAt?: number;
}

/** Plans a batch without saving it. Throws InvalidRequestError, PriceUnknownError. */
export async function planBatch(
  deps: RunDeps,
  order: BatchOrder,
  origin: BatchOrigin = {},
): Promise<PlannedBatch> {
  const { id = deps.ids.batch(), tickAt } = origin;
  const { considered, eligible, skipped } = await selectCandidates(deps, order);
  const now = deps.clock.now();
  const plan: BatchPlan = { chosen: eligible.map(({ actor: { id, name } }) => ({ id, name })), skipped };
  const batch: Batch = {
    id,
    rev: 1,
    status: 'enqueuing',
    createdAt: now,
    changedAt: now,
    order,
    ...(tickAt !== undefined && { tickAt }),
    considered,
    enqueuedCount: 0,
    skippedCount: skipped.length,
  };
  return { batch, plan, eligible };
}

async function resumeBatch(deps: RunDeps, stored: BatchWithPlan): Promise<BatchWithPlan> {
  return stored.batch.status === 'enqueuing' ? continueBatch(deps, stored) : stored;
}

/**
 * Evaluates every actor and enqueues all eligible actors at once; the concurrency limit determines how many
 * run (docs/concepts/auto-train.md). The batch is saved before its first training, so that the maintenance
 * task continues it after a crash. Concurrent runs never train an actor twice, because `accept` rejects a
 * busy subject. A call with a known id returns, and if necessary continues, the batch of that id. Throws
 * InvalidRequestError, RecoverRequiredError, PriceUnknownError.
 */
export async function autoTrain(deps: RunDeps, order: BatchOrder, id?: string): Promise<BatchWithPlan> {
  const faults = findOrderFaults(order);
  if (faults.length > 0) throw new InvalidRequestError(faults);
  if ((await checkEpoch(deps)) !== 'current') throw new RecoverRequiredError();
  const known = id === undefined ? undefined : await deps.batches.load(id);
  if (known) return resumeBatch(deps, known);
  const planned = await planBatch(deps, order, id === undefined ? {} : { id });
  if ((await deps.batches.create(planned)) === 'known') return autoTrain(deps, order, planned.batch.id);
  return enqueueBatch(deps, planned, planned.eligible);
}
