import { isTerminal, type Training } from '@trainyard/domain';
import {
  type InjectionContext,
  type Injector,
  loadTrainings,
  pickTarget,
  waitForTraining,
} from '../injection/context.ts';
import { toTag, waitUntilInjectedOrEnded } from '../injection/target.ts';

function cancelTraining({ cluster }: InjectionContext, { id }: Training): Promise<unknown> {
  return cluster.api.callUntilAnswered({
    method: 'POST',
    path: `/api/trainings/${id}/cancel`,
    body: { by: 'chaos' },
  });
}

/** Cancels an active training, and a terminal training for which the cancel comes too late. */
export const cancelOne: Injector = async (context) => {
  const target = await waitForTraining(context, (each) => !isTerminal(each) && !each.cancelRequested);
  const tooLate = pickTarget<Training>(context, (await loadTrainings(context)).filter(isTerminal));
  const targets = [target, tooLate].filter((each) => each !== undefined);
  const at = Date.now();
  for (const each of targets) await cancelTraining(context, each);
  return targets.length > 0 ? { at } : undefined;
};

/** Cancels a running training while the provider delays the end of the run. */
export const cancelSlowly: Injector = async (context) => {
  const { cluster, injection } = context;
  for (let turn = 0; ; turn += 1) {
    const target = await waitForTraining(context, (each) => each.status === 'running');
    if (!target) return undefined;
    const tag = toTag(context, turn);
    await cluster.simulator.injectFaults({
      kind: 'cancel_delayed',
      training_id: target.id,
      for_ms: injection.forMs,
      tag,
    });
    await cancelTraining(context, target);
    const injectedAt = await waitUntilInjectedOrEnded(context, target.id, [tag]);
    if (injectedAt !== 'ended') return { tags: [tag], ...(injectedAt !== undefined && { at: injectedAt }) };
  }
};

const MAX_PRIORITY = 200;

/** Changes the priority of a queued training. */
export const changePriority: Injector = async (context) => {
  const target = await waitForTraining(context, ({ status }) => status === 'queued');
  if (!target) return undefined;
  const at = Date.now();
  const priority = 1 + Math.floor(context.injection.pick * MAX_PRIORITY);
  await context.cluster.api.callUntilAnswered({
    method: 'PATCH',
    path: `/api/trainings/${target.id}`,
    body: { priority },
  });
  return { at };
};

const LIMITS = [1, 2, 3] as const;

/** Changes the concurrency limit; surplus runs may finish. Throws when the API refuses the change. */
export const changeConcurrencyLimit: Injector = async (context) => {
  const { cluster, eventLog } = context;
  const now = eventLog.limitChanges.at(-1)?.limit;
  const limit = pickTarget(
    context,
    LIMITS.filter((each) => each !== now),
  );
  if (limit === undefined) return undefined;
  const requestedAt = Date.now();
  const change = { limit, requestedAt, answeredAt: Number.POSITIVE_INFINITY };
  const at = eventLog.limitChanges.push(change) - 1;
  const body = { max_concurrency: limit };
  const answer = await cluster.api.callUntilAnswered({ method: 'PUT', path: '/api/dispatch', body });
  if (answer.status !== 200)
    throw new Error(`The API refused the concurrency limit ${limit}: ${JSON.stringify(answer)}`);
  eventLog.limitChanges[at] = { ...change, answeredAt: Date.now() };
  return {};
};
