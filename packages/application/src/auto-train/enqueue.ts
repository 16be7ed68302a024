import type { Batch, BatchActor, BatchSkip, Training } from '@trainyard/domain';
import pLimit from 'p-limit';
import type { Deps } from '../deps.ts';
import { BatchNotFoundError, SubjectBusyError } from '../errors.ts';
import { type AcceptDeps, accept } from '../intake/accept.ts';
import type { TrainCommand } from '../intake/command.ts';
import type { BatchWithPlan } from '../ports/batches.ts';
import type { Actor } from '../ports/storage/catalogue.ts';
import { type Candidate, type CandidateDeps, listCandidates } from './candidates.ts';
import { type SkipReason, skipReasonFromError, toSkipReason } from './skip.ts';

export type EnqueueDeps = AcceptDeps & CandidateDeps & Pick<Deps, 'batches'>;

/** How many are accepted together. */
const CONCURRENCY = 8;
const PAGE = 500;

/**
 * Enqueues these actors of a batch and tells what came of it. May be run again, and by two at once: an actor is
 * accepted once for a batch.
 */
export async function enqueueBatch(
  deps: EnqueueDeps,
  { batch }: Pick<BatchWithPlan, 'batch'>,
  eligible: readonly Candidate[],
  knownReasons: SkipReasonsByActor = new Map(),
): Promise<BatchWithPlan> {
  const limit = pLimit(CONCURRENCY);
  const skipReasons = new Map(knownReasons);
  await Promise.all(
    eligible.map(({ actor }) =>
      limit(async () => {
        const reason = await acceptActor(deps, batch, actor);
        if (reason) skipReasons.set(actor.id, [reason]);
      }),
    ),
  );
  return finishEnqueuing(deps, batch.id, skipReasons);
}

/** All trainings of a batch, in the order in which they were accepted. */
export async function listBatchTrainings(
  { store }: Pick<Deps, 'store'>,
  batchId: string,
): Promise<readonly Training[]> {
  const trainings: Training[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list({ batchId, limit: PAGE, ...(cursor !== undefined && { cursor }) });
    trainings.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return trainings.reverse();
}

/**
 * What a batch asks for one actor. The images come along, so that the catalogue is not read again for each; batch and
 * actor make the claim, so that the same wish is granted once, however often the batch is continued.
 */
export function toTrainCommand(
  { order, id }: Pick<Batch, 'order'> & { readonly id?: string },
  actor: Actor,
): TrainCommand {
  return {
    subject: { kind: 'actor', id: actor.id },
    images: actor.trainingData.s3Urls,
    trigger: actor.name,
    source: 'auto_train',
    ...(order.policy !== undefined && { policy: order.policy }),
    ...(order.priority !== undefined && { priority: order.priority }),
    ...(id !== undefined && {
      batchId: id,
      ...(order.budgetUsd !== undefined && { batchBudgetUsd: order.budgetUsd }),
      claim: { key: `batch:${id}:${actor.id}`, fingerprint: id },
    }),
  };
}

/** Accepts one. An actor that someone else was quicker with, or whose data are at fault, is no fault of the run. */
async function acceptActor(deps: EnqueueDeps, batch: Batch, actor: Actor): Promise<SkipReason | undefined> {
  try {
    await accept(deps, toTrainCommand(batch, actor));
    return undefined;
  } catch (error) {
    if (error instanceof SubjectBusyError) return toSkipReason('live_training');
    const fault = skipReasonFromError(error);
    if (!fault) throw error;
    return fault;
  }
}

type SkipReasonsByActor = ReadonlyMap<string, readonly SkipReason[]>;

/** The plan as it came out: the record tells who is trained; all others were left out for some reason. */
function applyTrainings(
  held: BatchWithPlan,
  trainings: readonly Training[],
  skipReasons: SkipReasonsByActor,
): BatchWithPlan {
  const byActor = new Map(trainings.map(({ id, request }) => [request.subject.id, id]));
  const chosen = held.plan.chosen.flatMap(({ id, name }): BatchActor[] => {
    const trainingId = byActor.get(id);
    return trainingId === undefined ? [] : [{ id, name, trainingId }];
  });
  const notEnqueued = held.plan.chosen
    .filter(({ id }) => !byActor.has(id))
    .map(
      ({ id, name }): BatchSkip => ({
        id,
        name,
        reasons: skipReasons.get(id) ?? [toSkipReason('cancelled')],
      }),
    );
  const skipped = [...held.plan.skipped, ...notEnqueued];
  const counts = { enqueuedCount: chosen.length, skippedCount: skipped.length };
  return { batch: { ...held.batch, ...counts }, plan: { chosen, skipped } };
}

/** Says that all were enqueued, unless another process did so first. */
async function finishEnqueuing(
  deps: EnqueueDeps,
  id: string,
  skipReasons: SkipReasonsByActor,
): Promise<BatchWithPlan> {
  for (;;) {
    const held = await deps.batches.load(id);
    if (!held) throw new BatchNotFoundError(id);
    if (held.batch.status !== 'enqueuing') return held;
    const done = applyTrainings(held, await listBatchTrainings(deps, id), skipReasons);
    const batch: Batch = {
      ...done.batch,
      rev: held.batch.rev + 1,
      status: 'open',
      changedAt: deps.clock.now(),
    };
    if ((await deps.batches.save(batch, done.plan)) === 'stale') continue;
    deps.log.info('batch_enqueued', {
      batch_id: id,
      enqueued: batch.enqueuedCount,
      skipped: batch.skippedCount,
    });
    return { batch, plan: done.plan };
  }
}

/** Goes on with a batch whose process died while it enqueued. Whoever is left is considered anew. */
export async function continueBatch(
  deps: EnqueueDeps,
  { batch, plan }: BatchWithPlan,
): Promise<BatchWithPlan> {
  const trained = new Set(
    (await listBatchTrainings(deps, batch.id)).map(({ request }) => request.subject.id),
  );
  const actorIds = plan.chosen.map(({ id }) => id).filter((id) => !trained.has(id));
  const remaining = batch.cancelRequested ? [] : await listCandidates(deps, { ...batch.order, actorIds });
  const ineligible = remaining
    .filter(({ eligible }) => !eligible)
    .map(({ actor, reasons }) => [actor.id, reasons] as const);
  const missing = batch.cancelRequested
    ? []
    : actorIds.filter((id) => !remaining.some(({ actor }) => actor.id === id));
  const unknown = missing.map((id) => [id, [toSkipReason('subject_not_found')]] as const);
  const eligible = remaining.filter((each) => each.eligible);
  return enqueueBatch(deps, { batch }, eligible, new Map([...ineligible, ...unknown]));
}
