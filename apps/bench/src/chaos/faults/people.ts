import { isTerminal, type Training } from '@trainyard/domain';
import { type Inject, pickOf, type Scene, trainingsNow } from './scene.ts';

const cancel = ({ yard }: Scene, { id }: Training): Promise<unknown> =>
  yard.api.insist({ method: 'POST', path: `/api/trainings/${id}/cancel`, body: { by: 'chaos' } });

/** Somebody no longer wants a training, and another one comes too late. */
export const cancelOne: Inject = async (scene) => {
  const trainings = await trainingsNow(scene);
  const targets = [trainings.filter((each) => !isTerminal(each)), trainings.filter(isTerminal)]
    .map((each) => pickOf<Training>(scene, each))
    .filter((each) => each !== undefined);
  for (const target of targets) await cancel(scene, target);
  return targets.length > 0;
};

/** Somebody cancels one that runs, and its provider takes its time. */
export const cancelSlowly: Inject = async (scene) => {
  const { yard, injection } = scene;
  const live = (await trainingsNow(scene)).filter(({ status }) => status === 'running');
  const target = pickOf(scene, live);
  if (!target) return false;
  await yard.standIn.strike({ kind: 'cancel_lags', training_id: target.id, for_ms: injection.forMs });
  await cancel(scene, target);
  return true;
};

const HIGHEST = 200;

/** Somebody changes the order of one that waits. */
export const changePriority: Inject = async (scene) => {
  const target = pickOf(
    scene,
    (await trainingsNow(scene)).filter(({ status }) => status === 'queued'),
  );
  if (!target) return false;
  const priority = 1 + Math.floor(scene.injection.pick * HIGHEST);
  await scene.yard.api.insist({ method: 'PATCH', path: `/api/trainings/${target.id}`, body: { priority } });
  return true;
};

const BOUNDS = [1, 2, 3] as const;

/** Somebody changes the bound; a surplus may finish. */
export const changeBound: Inject = async (scene) => {
  const { yard, diary } = scene;
  const now = diary.bounds.at(-1)?.bound;
  const bound = pickOf(
    scene,
    BOUNDS.filter((each) => each !== now),
  );
  if (bound === undefined) return false;
  const askedAt = Date.now();
  const set = { bound, askedAt, answeredAt: Number.POSITIVE_INFINITY };
  const at = diary.bounds.push(set) - 1;
  await yard.api.insist({ method: 'PUT', path: '/api/dispatch', body: { bound } });
  diary.bounds[at] = { ...set, answeredAt: Date.now() };
  return true;
};
