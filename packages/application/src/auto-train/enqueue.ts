import type { Batch, BatchActor, BatchOrder, BatchSkip, Training } from '@trainyard/domain';
import pLimit from 'p-limit';
import type { Deps } from '../deps.ts';
import { BatchNotFoundError, SubjectBusyError } from '../errors.ts';
import { type AcceptDeps, accept } from '../intake/accept.ts';
import type { TrainCommand } from '../intake/command.ts';
import { iterateReadablePages, type ReadableDeps, type ReadTrainings } from '../lifecycle/read-trainings.ts';
import type { BatchWithPlan } from '../ports/batches.ts';
import type { Actor } from '../ports/storage/catalogue.ts';
import { type Candidate, type CandidateDeps, listCandidates } from './candidates.ts';
import { type SkipReason, skipReasonFromError, toSkipReason } from './skip.ts';

/** Ports and settings that enqueuing a batch needs. */
export type EnqueueDeps = AcceptDeps & CandidateDeps & Pick<Deps, 'batches' | 'objects'>;

/** Concurrent calls of `accept`. */
const CONCURRENCY = 8;

/**
 * Enqueues the eligible actors of a batch and saves the outcome of each. May be repeated and run
 * concurrently: the claim of batch and actor accepts an actor at most once per batch.
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

/**
 * Lists the readable trainings of a batch in the order in which they were accepted. An unreadable training is logged and
 * left out.
 */
export async function listBatchTrainings(deps: ReadableDeps, batchId: string): Promise<readonly Training[]> {
  return (await readBatchTrainings(deps, batchId)).items;
}

/** Lists the readable trainings of a batch in the order in which they were accepted, and the ids of the unreadable ones. */
export async function readBatchTrainings(deps: ReadableDeps, batchId: string): Promise<ReadTrainings> {
  const pages = await Array.fromAsync(iterateReadablePages(deps, { batchId }));
  return {
    items: pages.flatMap(({ items }) => items).reverse(),
    unreadable: pages.flatMap(({ unreadable }) => unreadable),
  };
}

/**
 * Builds the command that trains an actor of a batch. It includes the images, so that the catalogue is not
 * read again for each actor, and a claim of batch and actor, so that a repeated enqueue returns the existing
 * training.
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
    ...toPictures(order, actor.name),
    ...(id !== undefined && {
      batchId: id,
      ...(order.budgetUsd !== undefined && { batchBudgetUsd: order.budgetUsd }),
      claim: toBatchClaim(id, actor.id),
    }),
  };
}

/** The claim by which a batch accepts an actor once. */
function toBatchClaim(batchId: string, actorId: string) {
  return { key: `batch:${batchId}:${actorId}`, fingerprint: batchId };
}

/** Prompts imply pictures; otherwise the prompts of the order would have no effect. */
function toPictures(
  { samplePrompts = [], validation = samplePrompts.length > 0 }: BatchOrder,
  trigger: string,
): Pick<TrainCommand, 'samplePrompts' | 'validation'> {
  return {
    validation,
    ...(samplePrompts.length > 0 && {
      samplePrompts: samplePrompts.map((prompt) => prompt.replaceAll('{trigger}', () => trigger)),
    }),
  };
}

/**
 * Accepts the training of an actor. A busy subject, a budget or faulty data become a reason to skip the
 * actor; other errors are thrown.
 */
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

/**
 * The plan with the actual outcome: an actor with a training is chosen, every other actor is skipped with its
 * reason.
 */
function applyTrainings(
  stored: BatchWithPlan,
  byActor: ReadonlyMap<string, string>,
  skipReasons: SkipReasonsByActor,
): BatchWithPlan {
  const chosen = stored.plan.chosen.flatMap(({ id, name }): BatchActor[] => {
    const trainingId = byActor.get(id);
    return trainingId === undefined ? [] : [{ id, name, trainingId }];
  });
  const notEnqueued = stored.plan.chosen
    .filter(({ id }) => !byActor.has(id))
    .map(
      ({ id, name }): BatchSkip => ({
        id,
        name,
        reasons: skipReasons.get(id) ?? [toSkipReason('cancelled')],
      }),
    );
  const skipped = [...stored.plan.skipped, ...notEnqueued];
  const counts = { enqueuedCount: chosen.length, skippedCount: skipped.length };
  return { batch: { ...stored.batch, ...counts }, plan: { chosen, skipped } };
}

/**
 * The training ids of the chosen actors by actor id. The actor of an unreadable training is found by its claim, so that it
 * is neither accepted again nor reported as skipped.
 */
async function findAcceptedActors(
  deps: EnqueueDeps,
  { batch, plan }: BatchWithPlan,
): Promise<ReadonlyMap<string, string>> {
  const { items, unreadable } = await readBatchTrainings(deps, batch.id);
  const byActor = new Map(items.map(({ id, request }) => [request.subject.id, id]));
  if (unreadable.length === 0) return byActor;
  for (const { id } of plan.chosen.filter((each) => !byActor.has(each.id))) {
    const accepted = await deps.store.findAccepted(toBatchClaim(batch.id, id));
    if (accepted) byActor.set(id, accepted.trainingId);
  }
  return byActor;
}

/** Saves the batch as open, unless a concurrent process did so first. Throws BatchNotFoundError. */
async function finishEnqueuing(
  deps: EnqueueDeps,
  id: string,
  skipReasons: SkipReasonsByActor,
): Promise<BatchWithPlan> {
  for (;;) {
    const stored = await deps.batches.load(id);
    if (!stored) throw new BatchNotFoundError(id);
    if (stored.batch.status !== 'enqueuing') return stored;
    const done = applyTrainings(stored, await findAcceptedActors(deps, stored), skipReasons);
    const batch: Batch = {
      ...done.batch,
      rev: stored.batch.rev + 1,
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

/**
 * Continues a batch whose process stopped while enqueuing: actors without a training are evaluated again.
 */
export async function continueBatch(
  deps: EnqueueDeps,
  { batch, plan }: BatchWithPlan,
): Promise<BatchWithPlan> {
  const trained = await findAcceptedActors(deps, { batch, plan });
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
