import { isTerminal, type Training } from '@trainyard/domain';
import { waitUntilInjectedOrEnded, toTag } from './provider/aiming.ts';
import { type Injector, pickTarget, type InjectionContext, loadTrainings, waitForTraining } from './scene.ts';

const cancelTraining = ({ cluster }: InjectionContext, { id }: Training): Promise<unknown> =>
  cluster.api.callUntilAnswered({ method: 'POST', path: `/api/trainings/${id}/cancel`, body: { by: 'chaos' } });

/** Somebody no longer wants a training, and another one comes too late. */
export const cancelOne: Injector = async (scene) => {
  const target = await waitForTraining(scene, (each) => !isTerminal(each) && !each.cancelRequested);
  const tooLate = pickTarget<Training>(scene, (await loadTrainings(scene)).filter(isTerminal));
  const targets = [target, tooLate].filter((each) => each !== undefined);
  const at = Date.now();
  for (const each of targets) await cancelTraining(scene, each);
  return targets.length > 0 ? { at } : undefined;
};

/** Somebody cancels one that runs, and its provider takes its time. */
export const cancelSlowly: Injector = async (scene) => {
  const { cluster, injection } = scene;
  for (let turn = 0; ; turn += 1) {
    const target = await waitForTraining(scene, (each) => each.status === 'running');
    if (!target) return undefined;
    const tag = toTag(scene, turn);
    await cluster.simulator.injectFaults({ kind: 'cancel_lags', training_id: target.id, for_ms: injection.forMs, tag });
    await cancelTraining(scene, target);
    const struck = await waitUntilInjectedOrEnded(scene, target.id, [tag]);
    if (struck !== 'ended') return { tags: [tag], ...(struck !== undefined && { at: struck }) };
  }
};

const MAX_PRIORITY = 200;

/** Somebody changes the order of one that waits. */
export const changePriority: Injector = async (scene) => {
  const target = await waitForTraining(scene, ({ status }) => status === 'queued');
  if (!target) return undefined;
  const at = Date.now();
  const priority = 1 + Math.floor(scene.injection.pick * MAX_PRIORITY);
  await scene.cluster.api.callUntilAnswered({ method: 'PATCH', path: `/api/trainings/${target.id}`, body: { priority } });
  return { at };
};

const LIMITS = [1, 2, 3] as const;

/** Somebody changes the bound; a surplus may finish. */
export const changeConcurrencyLimit: Injector = async (scene) => {
  const { cluster, eventLog } = scene;
  const now = eventLog.limitChanges.at(-1)?.limit;
  const limit = pickTarget(
    scene,
    LIMITS.filter((each) => each !== now),
  );
  if (limit === undefined) return undefined;
  const requestedAt = Date.now();
  const set = { limit, requestedAt, answeredAt: Number.POSITIVE_INFINITY };
  const at = eventLog.limitChanges.push(set) - 1;
  await cluster.api.callUntilAnswered({ method: 'PUT', path: '/api/dispatch', body: { limit } });
  eventLog.limitChanges[at] = { ...set, answeredAt: Date.now() };
  return {};
};
